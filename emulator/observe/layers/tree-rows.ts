import { count, modeText, nameText, sizeText } from "./size.ts";
import { heldSize, type FileChange, type FileNode, type TreeView } from "./tree.ts";

/** One line of the tree as it is shown. */
export interface TreeRow {
  readonly node: FileNode;
  readonly depth: number;
  readonly expanded: boolean | undefined;
  /** Place among its siblings, from 1, and how many they are. */
  readonly position: number;
  readonly siblings: number;
}

/**
 * The lines to show: children of directories that are in `expanded`. With a query, the names that hold it (whatever their
 * case) and the directories that lead there, all open.
 */
export function treeRows(root: FileNode, expanded: ReadonlySet<string>, query = ""): TreeRow[] {
  const rows: TreeRow[] = [];
  const wanted = query === "" ? undefined : matching(root, query.toLowerCase());
  const walk = (node: FileNode, depth: number) => {
    const children = [...(node.children?.values() ?? [])].filter((child) => wanted?.has(child) ?? true);
    children.forEach((child, i) => {
      const isOpen =
        child.children === undefined
          ? undefined
          : wanted !== undefined
            ? hasAny(child, wanted)
            : expanded.has(child.path);
      rows.push({ node: child, depth, expanded: isOpen, position: i + 1, siblings: children.length });
      if (isOpen) walk(child, depth + 1);
    });
  };
  walk(root, 0);
  return rows;
}

function matching(root: FileNode, query: string): Set<FileNode> {
  const found = new Set<FileNode>();
  const isFound = (node: FileNode): boolean => {
    let any =
      node.path !== "" &&
      nameText(query.includes("/") ? `/${node.path}` : node.name)
        .toLowerCase()
        .includes(query);
    for (const child of node.children?.values() ?? []) if (isFound(child)) any = true;
    if (any) found.add(node);
    return any;
  };
  isFound(root);
  return found;
}

function hasAny(node: FileNode, wanted: ReadonlySet<FileNode>): boolean {
  for (const child of node.children?.values() ?? []) if (wanted.has(child)) return true;
  return false;
}

/** Directories to open at first: those that hold nothing but one directory, and the top where it is short. */
export function firstExpanded(root: FileNode, room = 24): Set<string> {
  const open = new Set<string>();
  let rows = root.children?.size ?? 0;
  const queue = [...(root.children?.values() ?? [])];
  for (let node = queue.shift(); node !== undefined; node = queue.shift()) {
    const size = node.children?.size ?? 0;
    if (size === 0 || rows + size > room) continue;
    rows += size;
    open.add(node.path);
    queue.push(...(node.children?.values() ?? []));
  }
  return open;
}

const words: Record<FileChange, string> = { added: "added", changed: "changed", removed: "removed", same: "" };

/** `added`, `removed by a whiteout`, `opaque`: what stands beside the name. */
export function changeText(node: FileNode): string {
  if (node.note !== undefined) return node.note;
  const opaque = node.opaque ? "opaque" : "";
  const by = { whiteout: "whiteout", directory: "with its directory", opaque: "behind an opaque directory" };
  const what = node.removedBy === undefined ? words[node.change] : `removed (${by[node.removedBy]})`;
  return [what, opaque].filter((part) => part !== "").join(", ");
}

/** One line of a file: mode, owner, size, name, change. */
export function treeText(view: TreeView, expanded?: ReadonlySet<string>): string {
  const all = new Set<string>();
  const open = (node: FileNode) => {
    for (const child of node.children?.values() ?? []) {
      all.add(child.path);
      open(child);
    }
  };
  if (expanded === undefined) open(view.root);
  const lines = treeRows(view.root, expanded ?? all).map(({ node, depth, expanded: isOpen }) => {
    const { entry } = node;
    const mode = entry === undefined ? " ".repeat(10) : modeText(entry.kind, entry.mode);
    const owner = entry === undefined ? "" : `${entry.uid}:${entry.gid}`;
    const size = sizeText(node.change === "removed" ? heldSize(node) : node.totals.size);
    const sign = { added: "+", changed: "~", removed: "-", same: " " }[node.change];
    const target = entry?.target === undefined ? "" : ` -> ${nameText(entry.target)}`;
    const closed = isOpen === false && node.totals.files > 0 ? ` (${count(node.totals.files, "file")})` : "";
    const note = changeText(node);
    return `${sign} ${mode} ${owner.padStart(7)} ${size.padStart(8)}  ${"  ".repeat(depth)}${nameText(node.name)}${node.children === undefined ? "" : "/"}${target}${closed}${note === "" ? "" : `  ${note}`}`;
  });
  return [view.question, view.answer, "", ...lines, ""].join("\n");
}
