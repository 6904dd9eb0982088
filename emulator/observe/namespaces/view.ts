import { nameText } from "../layers/size.ts";
import { namespaceTypes, type NamespaceType, type Process } from "../reading.ts";
import { answer } from "./answer.ts";
import type { ContainerLabel, ProcessReading } from "./facts.ts";
import { groupProcesses, type Group, type Origin } from "./groups.ts";
import { listNamespaces, type Namespace } from "./namespaces.ts";

/** `unknown` where the process is ending and the kernel does not tell any more. */
export type Relation = "host" | "own" | "shared" | "unknown";

export interface Cell {
  readonly inode: number | undefined;
  readonly relation: Relation;
  /** Labels of the other groups in it, but for the machine's own. */
  readonly others: readonly string[];
  /** Of a pid namespace: how many are around it. */
  readonly level: number | undefined;
}

export interface ProcessView {
  readonly process: Process;
  /** Below the group's own processes, from 0. */
  readonly depth: number;
}

export interface GroupView {
  readonly key: string;
  readonly label: string;
  readonly origin: Origin;
  readonly container: ContainerLabel | undefined;
  readonly main: boolean;
  /** The group that this one was made in, and how deep that is. */
  readonly within: string | undefined;
  readonly depth: number;
  readonly cells: Readonly<Record<NamespaceType, Cell>>;
  readonly processes: readonly ProcessView[];
}

export interface NamespacesView {
  readonly question: string;
  readonly answer: string;
  /** Something was too much to be read. */
  readonly cut: boolean;
  /** What was made within a group follows it. */
  readonly groups: readonly GroupView[];
  readonly namespaces: readonly Namespace[];
}

export function namespacesView(reading: ProcessReading, labels: readonly ContainerLabel[]): NamespacesView {
  const { processes } = reading;
  const groups = groupProcesses(processes, labels);
  const within = parents(groups, processes);
  const label = new Map(groups.map((group) => [group.key, labelOf(group)]));
  const host = groups[0]?.namespaces;

  const cells = (group: Group): GroupView["cells"] => {
    const entries = namespaceTypes.map((type): [NamespaceType, Cell] => {
      const inode = group.namespaces[type];
      const others = groups
        .filter((each) => each !== group && each.origin !== "host" && each.namespaces[type] === inode)
        .map(({ key }) => label.get(key) ?? "");
      const relation =
        inode === undefined ? "unknown" : inode === host?.[type] ? "host" : others.length > 0 ? "shared" : "own";
      const level = type === "pid" ? (group.processes[0]?.pids.length ?? 1) - 1 : undefined;
      return [type, { inode, relation, others: inode === undefined ? [] : others, level }];
    });
    return Object.fromEntries(entries) as Record<NamespaceType, Cell>;
  };

  const ordered = (parent: string | undefined, depth: number): GroupView[] =>
    groups
      .filter(({ key }) => within.get(key) === parent)
      .flatMap((group) => [
        {
          key: group.key,
          label: label.get(group.key) ?? "",
          origin: group.origin,
          container: group.container,
          main: group.main,
          within: parent,
          depth,
          cells: cells(group),
          processes: tree(group.processes),
        },
        ...ordered(group.key, depth + 1),
      ]);
  const views = ordered(undefined, 0);
  return {
    question: "Who can see whom?",
    answer: answer(views, processes.length),
    cut: reading.cut,
    groups: views,
    namespaces: listNamespaces(processes),
  };
}

function labelOf({ origin, container, main, processes }: Group): string {
  if (origin === "host") return "the machine";
  const [first] = processes;
  const process = `${nameText(first?.name ?? "")} (${String(first?.pid ?? 0)})`;
  if (container === undefined) return process;
  return main ? container.name : `${process} in ${container.name}`;
}

/** Containers stand beside the machine; what a process made by hand stands within the group of its parent. */
function parents(groups: readonly Group[], processes: readonly Process[]): ReadonlyMap<string, string | undefined> {
  const groupOf = new Map(groups.flatMap(({ key, processes }) => processes.map(({ pid }) => [pid, key] as const)));
  const byPid = new Map(processes.map((process) => [process.pid, process]));
  const found = new Map<string, string | undefined>();
  for (const group of groups) {
    const [first] = group.processes;
    const above = first === undefined ? undefined : groupOf.get(byPid.get(first.parent)?.pid ?? -1);
    const owner = group.container === undefined ? "host" : group.container.id;
    const beside = group.origin === "host" || group.main;
    found.set(group.key, beside ? undefined : above === undefined || above === group.key ? owner : above);
  }
  // What would stand within itself stands beside the others.
  for (const { key } of groups) {
    const way = new Set([key]);
    for (let at = found.get(key); at !== undefined; at = found.get(at)) {
      if (way.has(at) || !found.has(at)) {
        found.set(key, undefined);
        break;
      }
      way.add(at);
    }
  }
  return found;
}

function tree(processes: readonly Process[]): ProcessView[] {
  const pids = new Set(processes.map(({ pid }) => pid));
  const children = new Map<number, Process[]>();
  for (const process of processes) {
    const parent = pids.has(process.parent) && process.parent !== process.pid ? process.parent : 0;
    const known = children.get(parent);
    if (known === undefined) children.set(parent, [process]);
    else known.push(process);
  }
  const below = (parent: number, depth: number): ProcessView[] =>
    (children.get(parent) ?? []).flatMap((process) => [{ process, depth }, ...below(process.pid, depth + 1)]);
  return below(0, 0);
}
