import { namespaceTypes, type NamespaceType, type Process } from "../reading.ts";
import type { ContainerLabel } from "./facts.ts";

/**
 * Where processes belong: `host` has the namespaces of the first process, `container` is in a container's cgroup,
 * `unshared` came to namespaces of its own without one, `joined` is in a container's namespaces but in no container's
 * cgroup (as `nsenter` does it).
 */
export type Origin = "host" | "container" | "unshared" | "joined";

/** Processes of one origin that are in the same eight namespaces. */
export interface Group {
  /** The same for as long as the group lives. */
  readonly key: string;
  readonly origin: Origin;
  readonly container: ContainerLabel | undefined;
  /** False for what a container's processes made within it. */
  readonly main: boolean;
  readonly namespaces: Process["namespaces"];
  /** By number. */
  readonly processes: readonly Process[];
}

/** The id in `/docker/<id>`, also of groups below it. */
export function containerId(cgroup: string): string | undefined {
  return /^\/docker\/([0-9a-f]{64})(?:\/|$)/.exec(cgroup)?.[1];
}

/** What cannot be read, since the process is ending, may be anything. */
function fits(a: Process["namespaces"], b: Process["namespaces"]): boolean {
  return namespaceTypes.every((type) => a[type] === undefined || b[type] === undefined || a[type] === b[type]);
}

function isWhole(namespaces: Process["namespaces"]): boolean {
  return namespaceTypes.every((type) => namespaces[type] !== undefined);
}

/** The host first, then in the order in which the groups began. */
export function groupProcesses(processes: readonly Process[], labels: readonly ContainerLabel[]): Group[] {
  const names = new Map(labels.map((label) => [label.id, label]));
  const first = processes.find(({ pid }) => pid === 1);
  if (first === undefined) return [];
  interface Gathered {
    readonly owner: string;
    readonly namespaces: Process["namespaces"];
    readonly processes: Process[];
  }
  const gathered: Gathered[] = [];
  const began = [...processes].sort((a, b) => a.startedAt - b.startedAt || a.pid - b.pid);
  // Those that are ending go last, where their like already are.
  for (const process of [...began].sort((a, b) => Number(isWhole(b.namespaces)) - Number(isWhole(a.namespaces)))) {
    const owner = containerId(process.cgroup) ?? "";
    const group = gathered.find((each) => each.owner === owner && fits(each.namespaces, process.namespaces));
    if (group === undefined) gathered.push({ owner, namespaces: process.namespaces, processes: [process] });
    else group.processes.push(process);
  }

  const used = new Set(gathered.filter(({ owner }) => owner !== "").flatMap(({ namespaces }) => ids(namespaces)));
  const host = ids(first.namespaces);
  const seen = new Set<string>();
  return gathered
    .map(({ owner, namespaces, processes }): Group => {
      const main = owner !== "" && !seen.has(owner);
      seen.add(owner);
      const container = owner === "" ? undefined : (names.get(owner) ?? { id: owner, name: owner.slice(0, 12) });
      const origin = originOf(owner, namespaces, first.namespaces, new Set([...host, ...used]));
      return {
        key: origin === "host" ? "host" : main ? owner : `${owner}/${ids(namespaces).join(",")}`,
        origin,
        container,
        main,
        namespaces,
        processes: [...processes].sort((a, b) => a.pid - b.pid),
      };
    })
    .sort((a, b) => Number(b.origin === "host") - Number(a.origin === "host"));
}

function originOf(
  owner: string,
  namespaces: Process["namespaces"],
  host: Process["namespaces"],
  known: ReadonlySet<number>,
): Origin {
  if (owner !== "") return "container";
  if (fits(namespaces, host)) return "host";
  return ids(namespaces).every((inode) => known.has(inode)) ? "joined" : "unshared";
}

function ids(namespaces: Process["namespaces"]): number[] {
  return namespaceTypes.flatMap((type: NamespaceType) => namespaces[type] ?? []);
}
