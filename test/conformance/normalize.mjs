#!/usr/bin/env node
// normalize.mjs - transcript normaliser (Node >= 18, no dependencies).
//   node normalize.mjs [file]          reads file or stdin, writes to stdout
// Volatile values become placeholders; those carrying identity are numbered in
// order of first appearance: <id64:N>/<id12:N> (same N for an id and its short
// form), <ip:N>, <mac:N>, <name:N>, <port:N>.  Tables become "A | B | C" with
// "_" for an empty cell, so padding does not matter but columns and order do.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const NOT_NAMES =
  /^(exec|health|cap|net|sys|json|oci|runc|unless|on|no|docker|overlay|seccomp|memory|cpu|pids|my|foo|the)_/;

export function parse(text) {
  const steps = [];
  let cur = null,
    sec = null;
  for (const line of text.replace(/\r+(?=\n|$)/g, "").split("\n")) {
    if (line.startsWith("### ")) {
      cur = { cmd: line.slice(4), out: [], err: [], exit: null };
      steps.push(cur);
      sec = null;
    } else if (!cur) continue;
    else if (line === "[out]" && sec === null) sec = "out";
    else if (line === "[err]" && sec === "out") sec = "err";
    else if (sec === "err" && /^\[exit\] -?\d+$/.test(line)) {
      cur.exit = line.slice(7);
      sec = "done";
    } else if (sec === "out" || sec === "err") cur[sec].push(line);
  }
  return steps;
}

export function print(steps) {
  let s = "";
  for (const st of steps) {
    s += `### ${st.cmd}\n[out]\n${st.out.map((l) => l + "\n").join("")}[err]\n${st.err.map((l) => l + "\n").join("")}`;
    s += `[exit] ${st.exit}\n`;
  }
  return s;
}

const CELL = /^[A-Z][A-Z0-9%\/_.# ()-]*$/;
function header(line) {
  if (/^\s/.test(line) && !/^ +PID\b/.test(line)) return null;
  const cols = [];
  const re = /\S+(?: \S+)*/g;
  let m;
  while ((m = re.exec(line))) cols.push({ name: m[0], at: m.index });
  if (cols.length < 2) return null;
  if (!cols.every((c) => CELL.test(c.name))) return null;
  return cols;
}

function cells(line, cols) {
  // sound when every column starts right after a blank
  let ok = true;
  for (let i = 1; i < cols.length; i++) {
    const at = cols[i].at;
    if (line.length > at && at > 0 && line[at - 1] !== " ") ok = false;
  }
  if (!ok) {
    const parts = line.trim().split(/\s+/);
    const out = parts.slice(0, cols.length - 1);
    out.push(parts.slice(cols.length - 1).join(" "));
    return out;
  }
  return cols.map((c, i) => line.slice(i === 0 ? 0 : c.at, i + 1 < cols.length ? cols[i + 1].at : undefined).trim());
}

const DUR =
  "(?:Less than a second|About a minute|About an hour|\\d+ (?:seconds?|minutes?|hours?|days?|weeks?|months?|years?))";
const reDur = new RegExp(`${DUR}(?= ago\\b)`, "g");
const reUp = new RegExp(`\\bUp ${DUR}`, "g");
const reDurLine = new RegExp(`^${DUR}$`);
const MON = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)";
const DOW = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)";

function tableCell(col, v, cols) {
  const has = (n) => cols.some((c) => c.name === n);
  if (v === "") return "_";
  if (has("CPU %") || has("MEM USAGE / LIMIT")) {
    if (/^(CPU %|MEM %)$/.test(col)) return "<pct>";
    if (col === "PIDS") return v === "0" || v === "--" ? v : "<n>";
    if (/^(MEM USAGE \/ LIMIT|NET I\/O|BLOCK I\/O)$/.test(col)) return v.replace(/[\d.]+ ?[kKMGT]?i?B/g, "<size>");
  }
  if (has("PID") && has("PPID")) {
    // docker top (ps -ef style)
    if (/^(PID|PPID)$/.test(col)) return "<pid>";
    if (/^(C|STIME|START|TIME|TTY)$/.test(col)) return `<${col.toLowerCase()}>`;
  }
  if (col === "PID") return v === "1" ? v : "<pid>";
  if (/^(%CPU|%MEM)$/.test(col)) return "<pct>";
  if (/^(VSZ|RSS|START|STIME|TIME|ELAPSED)$/.test(col)) return `<${col.toLowerCase()}>`;
  if (col === "CREATED" && v === "N/A") return "<dur> ago";
  return v;
}

export function normalizeSteps(steps) {
  const maps = { id: new Map(), ip: new Map(), mac: new Map(), name: new Map(), port: new Map() };
  const num = (k, v) => {
    const m = maps[k];
    if (!m.has(v)) m.set(v, m.size + 1);
    return m.get(v);
  };

  let cmd = "";
  const scrub = (line) => {
    let s = line;
    // timestamps
    s = s.replace(/0001-01-01T00:00:00Z|0001-01-01 00:00:00 \+0000 UTC/g, "<zerots>");
    s = s.replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)/g, "<ts>");
    s = s.replace(/\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? [+-]\d{4} [A-Z]{1,5}/g, "<ts>");
    s = s.replace(/\b\d{4}[-\/]\d\d[-\/]\d\d \d\d:\d\d(?::\d\d)?(?:\.\d+)?/g, "<ts>");
    s = s.replace(new RegExp(`\\b${DOW},? ${MON} +\\d+ \\d\\d:\\d\\d:\\d\\d(?: [A-Z]{3,5})? \\d{4}`, "g"), "<ts>");
    s = s.replace(new RegExp(`\\b${DOW}, \\d+ ${MON} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT`, "g"), "<ts>");
    s = s.replace(new RegExp(`\\b${MON} +\\d{1,2} +(?:\\d\\d:\\d\\d|\\d{4})\\b`, "g"), "<ts>");
    // ids
    s = s.replace(/(?<![0-9a-zA-Z])[0-9a-f]{64}(?![0-9a-zA-Z])/g, (m) => `<id64:${num("id", m.slice(0, 12))}>`);
    s = s.replace(
      /(?<![0-9a-zA-Z_.-])[0-9a-f]{12}(?![0-9a-zA-Z_.-]\w)(?![0-9a-zA-Z])/g,
      (m) => `<id12:${num("id", m)}>`,
    );
    s = s.replace(/\/l\/[A-Z0-9]{26}\b/g, "/l/<link>");
    // addresses
    s = s.replace(/\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b/gi, (m) => `<mac:${num("mac", m.toLowerCase())}>`);
    s = s.replace(
      /(?<![\d.])(?:172\.(?:1[7-9]|2\d|3[01])|192\.168)\.\d{1,3}\.\d{1,3}(?![\d.]\d)/g,
      (m) => `<ip:${num("ip", m)}>`,
    );
    s = s.replace(/(<ip:\d+>\/)(?:16|20)\b/g, "$1<len>");
    // ports 32768+
    s = s.replace(/(:|"HostPort": ?"|\bPort":)(\d{5})\b/g, (m, a, p) =>
      +p >= 32768 && +p <= 65535 ? `${a}<port:${num("port", p)}>` : m,
    );
    if (/HostPort/.test(cmd))
      s = s.replace(/^(\d{5})$/, (m, p) => (+p >= 32768 && +p <= 65535 ? `<port:${num("port", p)}>` : m));
    s = s.replace(/docker-(import|export|builder)-?\d+/g, "docker-$1-<tmp>");
    s = s.replace(/(Range of CPUs is from 0\.01 to )[\d.]+(, as there are only )\d+/, "$1<n>$2<n>");
    // epochs
    s = s.replace(/(?<![\d.])1[789]\d{17}(?!\d)/g, "<nanots>");
    s = s.replace(/(?<![\d.])1[789]\d{8}\.\d{9}(?!\d)/g, "<epoch>");
    s = s.replace(/(?<![\d.])1[789]\d{8}(?![\d.])/g, "<epoch>");
    // durations
    s = s.replace(reUp, "Up <dur>").replace(reDur, "<dur>").replace(reDurLine, "<dur>");
    s = s.replace(/\b[\d.]+(?:\/[\d.]+)* ms\b/g, "<ms>");
    // sizes (0B is kept: it is meaningful)
    if (!/Minimum memory/.test(s))
      s = s.replace(/(?<![\w.:<-])(\d+(?:\.\d+)?) ?([kKMGT]i?B|B)(?![\w-])/g, (m, a) => (+a === 0 ? "0B" : "<size>"));
    // random names
    s = s.replace(/(?<![\w.\/$:={-])[a-z]{3,}_[a-z]{3,}\d?(?![\w.}-])/g, (m) =>
      NOT_NAMES.test(m) ? m : `<name:${num("name", m)}>`,
    );
    s = s.replace(/(?<=^\/|"\/|"Name":"\/?|name=)[a-z]{3,}_[a-z]{3,}\d?(?![\w.}-])/g, (m) =>
      NOT_NAMES.test(m) ? m : `<name:${num("name", m)}>`,
    );
    // host pids in known places
    s = s.replace(/("Pid": ?)[1-9]\d*/g, "$1<pid>");
    s = s.replace(/\bpid (\d+)\b/g, "pid <pid>");
    // run time in whole seconds in the die event
    s = s.replace(/\bexecDuration=\d+/g, "execDuration=<n>");
    // the builder colours each write of RUN's stderr; how writes are grouped is not fixed
    s = s.replace(/\x1b\[0m\x1b\[91m/g, "");
    // padding
    s = s.replace(/(\S) {2,}(?=\S)/g, "$1  ").replace(/[ \t]+$/, "");
    return s;
  };

  const section = (lines) => {
    const out = [];
    let cols = null;
    for (const line of lines) {
      // client-side race while the daemon rejects an upload: may or may not be logged
      if (/level=error msg="Can't (add file|close tar writer)/.test(line)) continue;
      const h = header(line);
      if (h) {
        cols = h;
        out.push(h.map((c) => c.name).join(" | "));
        continue;
      }
      if (line.trim() === "" || line.startsWith("\\ no newline")) {
        cols = null;
        out.push(line.trimEnd());
        continue;
      }
      if (cols) {
        const c = cells(line, cols);
        out.push(cols.map((k, i) => scrub(tableCell(k.name, c[i] ?? "", cols))).join(" | "));
      } else out.push(scrub(line));
    }
    return out;
  };

  // order of sibling subtrees in `docker diff` is a Go map order: sort by path
  const sortDiff = (st) =>
    /^docker (container )?diff \S+$/.test(st.cmd) && st.exit === "0"
      ? { ...st, out: [...st.out].sort((a, b) => (a.slice(2) < b.slice(2) ? -1 : a.slice(2) > b.slice(2) ? 1 : 0)) }
      : st;
  return steps.map(sortDiff).map((st) => {
    cmd = st.cmd;
    return { cmd, out: section(st.out), err: section(st.err), exit: st.exit };
  });
}

export const normalize = (text) => print(normalizeSteps(parse(text)));

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const f = process.argv[2];
  process.stdout.write(normalize(readFileSync(f && f !== "-" ? f : 0, "utf8")));
}
