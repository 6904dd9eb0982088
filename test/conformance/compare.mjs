#!/usr/bin/env node
// compare.mjs <golden> <actual> [--loose] [--quiet] [--context=all]
// Normalises both transcripts, aligns steps by command (in order) and reports
// differing steps.  Numbered placeholders are matched by a bijection that grows
// from matching steps, so one missing id does not make every later step differ.
// --loose : ignore placeholder identity.   Exit status 1 on any difference.
import { readFileSync } from "node:fs";
import { parse, normalizeSteps } from "./normalize.mjs";

const args = process.argv.slice(2);
const flags = new Set(args.filter((a) => a.startsWith("--")));
const [gf, af] = args.filter((a) => !a.startsWith("--"));
if (!gf || !af) {
  console.error("usage: compare.mjs <golden> <actual> [--loose] [--quiet]");
  process.exit(2);
}
const load = (f) => normalizeSteps(parse(readFileSync(f === "-" ? 0 : f, "utf8")));
const G = load(gf),
  A = load(af);

// align by command text: longest common subsequence
const n = G.length,
  m = A.length;
const L = Array.from({ length: n + 1 }, () => new Int32Array(m + 1));
for (let i = n - 1; i >= 0; i--)
  for (let j = m - 1; j >= 0; j--)
    L[i][j] = G[i].cmd === A[j].cmd ? L[i + 1][j + 1] + 1 : Math.max(L[i + 1][j], L[i][j + 1]);
const pairs = [];
for (let i = 0, j = 0; i < n || j < m;) {
  if (i < n && j < m && G[i].cmd === A[j].cmd) pairs.push([G[i++], A[j++]]);
  else if (j >= m || (i < n && L[i + 1][j] >= L[i][j + 1])) pairs.push([G[i++], null]);
  else pairs.push([null, A[j++]]);
}

const TOK = /<(id64|id12|ip|mac|name|port):(\d+)>/g;
const fwd = {},
  bwd = {};
const kindOf = (k) => (k.startsWith("id") ? "id" : k);
const shape = (s) => s.replace(TOK, "<$1>");
const toks = (s) => [...s.matchAll(TOK)].map((x) => [kindOf(x[1]), x[2]]);
function unify(gs, as) {
  const g = toks(gs),
    a = toks(as),
    add = [],
    lf = {},
    lb = {};
  for (let i = 0; i < g.length; i++) {
    const [k, x] = g[i],
      y = a[i][1],
      kf = k + x,
      kb = k + y;
    const f = lf[kf] ?? fwd[kf],
      b = lb[kb] ?? bwd[kb];
    if ((f !== undefined && f !== y) || (b !== undefined && b !== x))
      return `identity: expected <${k}:${x}>${f ? ` (= actual <${k}:${f}>)` : ""}, got <${k}:${y}>${b ? ` (= expected <${k}:${b}>)` : ""}`;
    lf[kf] = y;
    lb[kb] = x;
    add.push([kf, y, kb, x]);
  }
  for (const [kf, y, kb, x] of add) {
    fwd[kf] = y;
    bwd[kb] = x;
  }
  return null;
}

const body = (s) =>
  s.out.map((l) => l + "\n").join("") + "[err]\n" + s.err.map((l) => l + "\n").join("") + `[exit] ${s.exit}\n`;
function udiff(a, b) {
  const n = a.length,
    m = b.length;
  const T = Array.from({ length: n + 1 }, () => new Int32Array(m + 1));
  const eq = (x, y) => shape(x) === shape(y);
  for (let i = n - 1; i >= 0; i--)
    for (let j = m - 1; j >= 0; j--)
      T[i][j] = eq(a[i], b[j]) ? T[i + 1][j + 1] + 1 : Math.max(T[i + 1][j], T[i][j + 1]);
  const out = [];
  for (let i = 0, j = 0; i < n || j < m;) {
    if (i < n && j < m && eq(a[i], b[j])) {
      out.push("   " + a[i]);
      i++;
      j++;
    } else if (j >= m || (i < n && T[i + 1][j] >= T[i][j + 1])) out.push(" - " + a[i++]);
    else out.push(" + " + b[j++]);
  }
  return out;
}

let ok = 0,
  total = 0;
const rep = [];
pairs.forEach(([g, a], i) => {
  if (g) total++;
  if (!g) {
    rep.push(`@@ step ${i + 1}: ### ${a.cmd}`, " + (step not in golden)");
    return;
  }
  if (!a) {
    rep.push(`@@ step ${i + 1}: ### ${g.cmd}`, " - (step missing in actual)");
    return;
  }
  const gb = body(g),
    ab = body(a);
  let why = null;
  if (shape(gb) !== shape(ab)) why = "text";
  else if (!flags.has("--loose")) {
    const u = unify(gb, ab);
    if (u) why = u;
  }
  if (!why) {
    ok++;
    return;
  }
  rep.push(`@@ step ${i + 1}: ### ${g.cmd}${why === "text" ? "" : `   [${why}]`}`);
  rep.push(" (- expected, + actual)");
  rep.push(...udiff(gb.trimEnd().split("\n"), ab.trimEnd().split("\n")));
});
const extra = pairs.filter((p) => !p[0]).length;
console.log(`${ok}/${total} steps match${extra ? ` (+${extra} unexpected)` : ""}  [${gf}]`);
if (!flags.has("--quiet")) for (const l of rep) console.log(l);
process.exit(ok === total && !extra ? 0 : 1);
