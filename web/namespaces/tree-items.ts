import { namespaceTypes } from "../../emulator/observe/reading.ts";
import { changeKey } from "../../emulator/observe/namespaces/changes.ts";
import { commandText, originText, pidText, stateText, whose } from "../../emulator/observe/namespaces/text.ts";
import type { GroupView, ProcessView } from "../../emulator/observe/namespaces/view.ts";

/** A line of the tree: a group of processes, or a process in it. */
export type TreeItem =
  | {
      readonly kind: "group";
      readonly id: string;
      readonly level: number;
      readonly group: GroupView;
      readonly open: boolean;
      readonly keys: readonly string[];
      readonly name: string;
    }
  | {
      readonly kind: "process";
      readonly id: string;
      readonly level: number;
      readonly group: GroupView;
      readonly view: ProcessView;
      readonly keys: readonly string[];
      readonly name: string;
    };

export function countText(count: number): string {
  return count === 1 ? "1 process" : `${String(count)} processes`;
}

/** What is in sight, from the top. A group within a closed one is closed away with it. */
export function treeItems(groups: readonly GroupView[], isOpen: (key: string) => boolean): TreeItem[] {
  const closed = new Set<string>();
  return groups.flatMap((group): TreeItem[] => {
    if (group.within !== undefined && closed.has(group.within)) {
      closed.add(group.key);
      return [];
    }
    const open = isOpen(group.key);
    if (!open) closed.add(group.key);
    const level = group.depth + 1;
    const kinds = namespaceTypes.map((type) => `${type} ${whose(group.cells[type])}`).join(", ");
    const head: TreeItem = {
      kind: "group",
      id: `group-${group.key.replace(/[^0-9a-z]/g, "-")}`,
      level,
      group,
      open,
      keys: [changeKey.group(group.key), ...namespaceTypes.map((type) => changeKey.cell(group.key, type))],
      name: `${group.label}, ${originText(group)}, ${countText(group.processes.length)}: ${kinds}`,
    };
    if (!open) return [head];
    return [
      head,
      ...group.processes.map((view): TreeItem => {
        const { process, depth } = view;
        return {
          kind: "process",
          id: `process-${String(process.pid)}`,
          level: level + 1 + depth,
          group,
          view,
          keys: [changeKey.process(process.pid, process.startedAt)],
          name: `PID ${pidText(process)}: ${commandText(process)}, ${stateText(process.state)}`,
        };
      }),
    ];
  });
}
