import { nameText } from "../layers/size.ts";
import { namespaceTypes, type NamespaceType, type Process } from "../reading.ts";
import type { ProcessReading, ProcessSight, Sight } from "./facts.ts";
import { seenFrom } from "./namespaces.ts";
import { commandText, pidText, stateText, whose } from "./text.ts";
import type { Cell, GroupView, NamespacesView } from "./view.ts";

/** A fact as the process sees it beside how the machine sees it. */
export interface Comparison {
  readonly what: string;
  readonly seen: readonly string[];
  readonly host: readonly string[];
  readonly same: boolean;
}

export interface ProcessSightView {
  readonly question: string;
  readonly answer: string;
  readonly process: Process;
  readonly group: GroupView | undefined;
  readonly facts: readonly { readonly name: string; readonly value: string }[];
  readonly namespaces: readonly { readonly type: NamespaceType; readonly cell: Cell }[];
  readonly capabilities: readonly string[];
  readonly bounding: readonly string[];
  readonly comparisons: readonly Comparison[];
}

/** How many lines of a list are of use; the rest is counted. */
const most = 12;
const gone = "not told any more";

/** Undefined when the process has ended. */
export function sightView(
  view: NamespacesView,
  reading: ProcessReading,
  pid: number,
  sight: ProcessSight | undefined,
): ProcessSightView | undefined {
  const process = reading.processes.find((each) => each.pid === pid);
  if (process === undefined) return undefined;
  const group = view.groups.find(({ processes }) => processes.some((each) => each.process.pid === pid));
  const own = sight?.pid === pid ? sight : undefined;
  const comparisons = own === undefined ? [] : compare(own, reading);
  return {
    question: `What does ${commandName(process)} (${String(pid)}) see?`,
    answer: answerOf(process, own),
    process,
    group,
    facts: factsOf(process, own),
    namespaces: namespaceTypes.flatMap((type) => (group === undefined ? [] : [{ type, cell: group.cells[type] }])),
    capabilities: process.capabilities,
    bounding: process.bounding,
    comparisons,
  };
}

function commandName({ name }: Process): string {
  return nameText(name);
}

function answerOf(process: Process, sight: ProcessSight | undefined): string {
  if (process.state === "Z") return "It has ended and waits for its parent to ask how; it sees nothing any more.";
  if (sight === undefined) return "Reading what it sees.";
  const { seen, host } = sight;
  const counted =
    seen.pids === undefined
      ? "It has no /proc, so ps shows it nothing"
      : `ps shows it ${String(seen.pids.length)} of ${String(host.pids?.length ?? 0)} processes`;
  // The old /proc is the well-known trap of `unshare --pid`.
  const other =
    seen.procNamespace !== undefined && seen.procNamespace !== process.namespaces.pid
      ? ", since its /proc still tells of another pid namespace"
      : "";
  return `${counted}${other}; its hostname is ${seen.hostname === undefined ? gone : nameText(seen.hostname)}.`;
}

function factsOf(process: Process, sight: ProcessSight | undefined): { name: string; value: string }[] {
  return [
    { name: "Command", value: commandText(process) },
    { name: "PID", value: pidText(process) },
    { name: "Parent", value: String(process.parent) },
    { name: "State", value: stateText(process.state) },
    { name: "User", value: `${String(process.uid)}:${String(process.gid)}` },
    { name: "cgroup", value: nameText(process.cgroup) },
    ...(sight === undefined ? [] : [{ name: "Root", value: rootText(sight) }]),
  ];
}

/** What the kernel calls the root, and what is mounted there. */
function rootText({ root, seen }: ProcessSight): string {
  if (root === undefined) return gone;
  if (seen.root === undefined) return nameText(root);
  const upper = seen.root.superOptions.find((option) => option.startsWith("upperdir="));
  const on = upper === undefined ? `${seen.root.type} ${seen.root.source}` : `${seen.root.type}, ${upper}`;
  return nameText(`${root} (${on})`);
}

function compare(sight: ProcessSight, reading: ProcessReading): Comparison[] {
  const { seen, host } = sight;
  const rows: readonly (readonly [string, (from: Sight) => readonly string[] | undefined])[] = [
    ["Hostname", ({ hostname }) => (hostname === undefined ? undefined : [nameText(hostname)])],
    ["Links", ({ links }) => links?.map(({ name, addresses }) => nameText([name, ...addresses].join(" ")))],
    ["Mounts", ({ mounts }) => (mounts === undefined ? undefined : [String(mounts)])],
  ];
  return [
    {
      what: "ps",
      seen: processLines(seen, reading),
      host: processLines(host, reading),
      same: seen.procNamespace === host.procNamespace && seen.procNamespace !== undefined,
    },
    ...rows.map(([what, read]): Comparison => {
      const [mine, theirs] = [read(seen), read(host)];
      const same = mine !== undefined && theirs !== undefined && mine.join("\n") === theirs.join("\n");
      return { what, seen: mine ?? [gone], host: theirs ?? [gone], same };
    }),
  ];
}

/** As `ps` prints them there: the numbers of that /proc, with the names behind them. */
function processLines({ pids, procNamespace }: Sight, { processes }: ProcessReading): string[] {
  if (pids === undefined) return ["no /proc to read"];
  const byPid = new Map(processes.map((process) => [process.pid, process]));
  const seen = procNamespace === undefined ? [] : seenFrom(procNamespace, processes);
  const byNumber = new Map(seen.map(({ pid, seenAs }) => [seenAs, byPid.get(pid)]));
  // Threads of the kernel are numbered under /proc as well; they are only counted.
  const named = pids.flatMap((pid) => {
    const process = byNumber.get(pid);
    return process === undefined ? [] : [`${String(pid)} ${commandText(process)}`];
  });
  const shown = named.slice(0, most);
  const rest = pids.length - shown.length;
  return rest === 0 ? shown : [...shown, `and ${String(rest)} more`];
}

export function sightText(view: ProcessSightView): string {
  return [
    view.question,
    view.answer,
    "",
    ...view.facts.map(({ name, value }) => `${name.padEnd(8)} ${value}`),
    "",
    ...view.namespaces.map(
      ({ type, cell }) => `${type.padEnd(6)} ${String(cell.inode ?? "").padEnd(10)} ${whose(cell)}`,
    ),
    "",
    `Capabilities: ${view.capabilities.join(" ") || "none"}`,
    `Bounding set: ${view.bounding.join(" ") || "none"}`,
    ...view.comparisons.flatMap(({ what, seen, host }) => [
      "",
      `${what}, as it sees it`,
      ...seen.map((line) => `  ${line}`),
      `${what}, as the machine sees it`,
      ...host.map((line) => `  ${line}`),
    ]),
    "",
  ].join("\n");
}
