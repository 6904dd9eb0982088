import { namespaceTypes, type NamespaceType, type Process } from "../reading.ts";

/** A namespace that some process is in, as `lsns` lists it. */
export interface Namespace {
  readonly type: NamespaceType;
  readonly inode: number;
  /** By number. */
  readonly pids: readonly number[];
  /** Of a pid namespace: the one it was made in; undefined for the first, and where it cannot be known. */
  readonly parent: number | undefined;
}

export function listNamespaces(processes: readonly Process[]): Namespace[] {
  const parents = pidNamespaceParents(processes);
  return namespaceTypes.flatMap((type) => {
    const pids = new Map<number, number[]>();
    for (const process of processes) {
      const inode = process.namespaces[type];
      if (inode === undefined) continue;
      const known = pids.get(inode);
      if (known === undefined) pids.set(inode, [process.pid]);
      else known.push(process.pid);
    }
    return [...pids]
      .sort(([a], [b]) => a - b)
      .map(([inode, members]) => ({
        type,
        inode,
        pids: members.sort((a, b) => a - b),
        parent: type === "pid" ? parents.get(inode) : undefined,
      }));
  });
}

/** A pid namespace is made by a process of the one above: its first process is a child of that one, or was given to its init. */
export function pidNamespaceParents(processes: readonly Process[]): ReadonlyMap<number, number> {
  const byPid = new Map(processes.map((process) => [process.pid, process]));
  const parents = new Map<number, number>();
  for (const process of processes) {
    const inode = process.namespaces.pid;
    if (inode === undefined || process.pids.length < 2 || process.pids.at(-1) !== 1) continue;
    const above = byPid.get(process.parent);
    if (above?.namespaces.pid !== undefined && above.pids.length === process.pids.length - 1)
      parents.set(inode, above.namespaces.pid);
  }
  return parents;
}

/** Processes of a pid namespace and of those below it, as they are numbered there. */
export function seenFrom(inode: number, processes: readonly Process[]): { pid: number; seenAs: number }[] {
  const parents = pidNamespaceParents(processes);
  const level = processes.find(({ namespaces }) => namespaces.pid === inode)?.pids.length;
  if (level === undefined) return [];
  const isBelow = (namespace: number | undefined): boolean => {
    for (let at = namespace; at !== undefined; at = parents.get(at)) if (at === inode) return true;
    return false;
  };
  return processes.flatMap(({ pid, pids, namespaces }) => {
    const seenAs = pids[level - 1];
    return seenAs !== undefined && isBelow(namespaces.pid) ? [{ pid, seenAs }] : [];
  });
}
