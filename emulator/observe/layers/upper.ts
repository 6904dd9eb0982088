import type { EntryKind, LayerEntry, UpperChange, UpperReading } from "./facts.ts";
import { count, sizeText } from "./size.ts";
import { finish, none, type FileNode, type TreeView } from "./tree.ts";

/** What a name in a container's writable layer is, in overlayfs's words. */
export type UpperWord =
  "copied up" | "replaced" | "added" | "whiteout" | "behind an opaque directory" | "directory" | "deleted";

/** What each change of a reading is, in its order; `deleted` where the upperdir itself was not looked at. */
export function upperWords(changes: readonly UpperChange[]): UpperWord[] {
  const words = changes.map(({ change, upper, read }): UpperWord => {
    switch (change) {
      case "added":
        return "added";
      case "modified":
        return upper?.kind === "directory" ? "directory" : "copied up";
      case "deleted":
        if (upper?.kind === "whiteout") return "whiteout";
        return read ? "behind an opaque directory" : "deleted";
      default:
        return change satisfies never;
    }
  });
  // Nothing is copied up through an opaque directory: what stands there again was made anew.
  const opaque = new Set(
    changes.filter((_, i) => words[i] === "behind an opaque directory").map(({ path }) => parent(path)),
  );
  return words.map((word, i) =>
    word === "copied up" && opaque.has(parent(changes[i]?.path ?? "")) ? "replaced" : word,
  );
}

function parent(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}

/** What the image has under a path that begins with a slash; undefined where it has nothing. */
export type Below = (path: string) => FileNode | undefined;

export function belowOf(root: FileNode): Below {
  return (path) => {
    let at: FileNode | undefined = root;
    for (const part of path.split("/").filter((each) => each !== "")) at = at?.children?.get(part);
    return at;
  };
}

/** The writable layer as a tree, against what is below it. */
export function upperTree(reading: UpperReading, below: Below): TreeView {
  const { changes, container } = reading;
  const words = upperWords(changes);
  const root: FileNode = node("", "", "same", true);
  const parents = new Set(changes.map(({ path }) => parent(path)));
  const counts = { "copied up": 0, replaced: 0, added: 0, removed: 0 };
  changes.forEach((change, i) => {
    const word = words[i] ?? "deleted";
    if (word === "added" || word === "copied up" || word === "replaced") counts[word]++;
    else if (word !== "directory") counts.removed++;
    place(root, change, word, below, parents.has(change.path));
  });
  markOpaque(root);
  finish(root);
  markPartial(root);
  const parts = [
    counts.added > 0 ? `${count(counts.added, "name")} added` : "",
    counts["copied up"] > 0 ? `${count(counts["copied up"], "file")} copied up` : "",
    counts.replaced > 0 ? `${counts.replaced} replaced` : "",
    counts.removed > 0 ? `${counts.removed} hidden` : "",
  ].filter((part) => part !== "");
  const size = `, ${root.partial ? "more than " : ""}${sizeText(root.totals.size)} in the upperdir`;
  return {
    root,
    question: `What has ${container.name} changed of its image?`,
    answer: parts.length === 0 ? "Nothing yet: its upperdir is as empty as it began." : `${parts.join(", ")}${size}.`,
  };
}

function node(name: string, path: string, change: FileNode["change"], isDirectory: boolean): FileNode {
  const children = isDirectory ? new Map<string, FileNode>() : undefined;
  return { name, path, entry: undefined, layer: -1, change, children, totals: none };
}

function place(root: FileNode, change: UpperChange, word: UpperWord, below: Below, isParent: boolean): void {
  const parts = change.path.split("/").filter((part) => part !== "");
  const name = parts.pop() ?? "";
  let parent = root;
  for (const part of parts) {
    const path = parent.path === "" ? part : `${parent.path}/${part}`;
    let next = parent.children?.get(part);
    if (next === undefined) {
      next = node(part, path, "same", true);
      parent.children?.set(part, next);
    }
    next.children ??= new Map();
    parent = next;
  }
  const path = change.path.slice(1);
  const beneath = below(change.path);
  const isDirectory = isParent || change.upper?.kind === "directory";
  const made = node(name, path, "same", isDirectory);
  made.entry = entryOf(path, change, beneath?.entry);
  made.layer = beneath?.layer ?? -1;
  switch (word) {
    case "added":
      made.change = "added";
      break;
    case "copied up":
    case "replaced":
      made.change = "changed";
      made.note = word;
      break;
    case "directory":
      break;
    case "whiteout":
    case "behind an opaque directory":
    case "deleted":
      made.change = "removed";
      made.note = word;
      break;
    default:
      word satisfies never;
  }
  parent.children?.set(name, made);
}

function entryOf(
  path: string,
  { upper, change }: UpperChange,
  beneath: LayerEntry | undefined,
): LayerEntry | undefined {
  if (change === "deleted" && beneath !== undefined) return beneath;
  if (upper === undefined) return undefined;
  const { mode, uid, gid, size, mtime, target } = upper;
  const kind: EntryKind = upper.kind === "socket" ? "file" : upper.kind;
  const entry: LayerEntry = { path, kind, mode, uid, gid, size, mtime: Math.floor(mtime / 1000), node: 0 };
  return target === undefined ? entry : { ...entry, target };
}

/** A directory is opaque when it hides what no whiteout of its own names. */
function markOpaque(at: FileNode): void {
  for (const child of at.children?.values() ?? []) {
    if (child.note === "behind an opaque directory" && at.path !== "") {
      at.opaque = true;
      at.note = at.change === "added" ? "added, opaque" : "opaque";
    }
    markOpaque(child);
  }
}

/** A sum over names that were not all looked at is not the whole. */
function markPartial(at: FileNode): boolean {
  let isPartial = at.entry === undefined && at.children === undefined;
  for (const child of at.children?.values() ?? []) if (markPartial(child)) isPartial = true;
  if (isPartial) at.partial = true;
  return isPartial;
}
