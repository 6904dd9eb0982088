import { nameText } from "../layers/size.ts";
import { namespaceTypes, type Process } from "../reading.ts";
import type { Cell, GroupView, NamespacesView } from "./view.ts";

/** `71`, or `71, inside 1`; with more than two levels all numbers from without to within. */
export function pidText(process: Pick<Process, "pid" | "pids">): string {
  const inside = process.pids.slice(1);
  return inside.length === 0 ? String(process.pid) : `${String(process.pid)}, inside ${inside.join(", ")}`;
}

/** What was typed, or the kernel's name for what has ended. */
export function commandText({ command, name }: Pick<Process, "command" | "name">): string {
  const text = command.join(" ");
  return text === "" ? `[${name}]` : nameText(text);
}

const states: Readonly<Record<string, string>> = {
  R: "running",
  S: "sleeping",
  D: "waiting for a device",
  T: "stopped",
  t: "traced",
  Z: "zombie",
  X: "dead",
  I: "idle",
};

export function stateText(state: string): string {
  return states[state] ?? state;
}

/** `host`, `own`, `web and 2 more`. */
export function whose({ relation, others }: Cell): string {
  if (relation === "unknown") return "not told any more";
  if (relation !== "shared") return relation;
  return others.length === 1 ? (others[0] ?? "") : `${others[0] ?? ""} and ${String(others.length - 1)} more`;
}

export function originText(group: GroupView): string {
  switch (group.origin) {
    case "host":
      return "host";
    case "container":
      return group.main ? "container" : "unshared in a container";
    case "unshared":
      return "unshared by hand";
    case "joined":
      return "joined by hand";
    default:
      return group.origin satisfies never;
  }
}

function groupText(group: GroupView): string[] {
  const indent = "  ".repeat(group.depth);
  const cells = namespaceTypes.map((type) => {
    const cell = group.cells[type];
    const level = (cell.level ?? 0) > 1 ? `, nested ${String(cell.level)} deep` : "";
    return `${indent}    ${type.padEnd(6)} ${String(cell.inode ?? "").padEnd(10)} ${whose(cell)}${level}`;
  });
  const id = group.container === undefined ? "" : ` ${group.container.id.slice(0, 12)}`;
  return [
    "",
    `${indent}${group.label}: ${originText(group)}${id}`,
    ...cells,
    ...group.processes.map(
      ({ process, depth }) =>
        `${indent}  ${"  ".repeat(depth)}${pidText(process)}: ${commandText(process)} (${stateText(process.state)})`,
    ),
  ];
}

export function toText(view: NamespacesView): string {
  const cut = view.cut ? ["Not all of it could be read."] : [];
  return [view.question, view.answer, ...cut, ...view.groups.flatMap(groupText), ""].join("\n");
}
