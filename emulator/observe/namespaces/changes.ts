import { namespaceTypes } from "../reading.ts";
import type { NamespacesView } from "./view.ts";

/** Names of what can change: a group, a process, a namespace of a group. */
export const changeKey = {
  group: (key: string) => `group ${key}`,
  process: (pid: number, startedAt: number) => `process ${String(pid)} ${String(Math.round(startedAt / 1000))}`,
  cell: (key: string, type: string) => `cell ${key} ${type}`,
};

/** What a view has that the one before had not. */
export function changes(before: NamespacesView, after: NamespacesView): string[] {
  const known = new Map(before.groups.map((group) => [group.key, group]));
  const pids = new Set(before.groups.flatMap(({ processes }) => processes.map(({ process }) => process.pid)));
  return after.groups.flatMap((group) => {
    const old = known.get(group.key);
    const fresh = group.processes
      .filter(({ process }) => !pids.has(process.pid))
      .map(({ process }) => changeKey.process(process.pid, process.startedAt));
    if (old === undefined) return [changeKey.group(group.key), ...fresh];
    const cells = namespaceTypes
      .filter(
        (type) =>
          old.cells[type].inode !== group.cells[type].inode || old.cells[type].relation !== group.cells[type].relation,
      )
      .map((type) => changeKey.cell(group.key, type));
    return [...cells, ...fresh];
  });
}
