import type { LayerEntry, LayerListing } from "./facts.ts";
import { count, sizeText } from "./size.ts";

/** What a layer did to a name, seen against the layers below it. */
export type FileChange = "added" | "changed" | "removed" | "same";

export interface FileNode {
  /** Last part of the path; empty for the root. */
  readonly name: string;
  readonly path: string;
  /** Undefined for a directory that no layer has an entry for. */
  entry: LayerEntry | undefined;
  /** Index of the layer whose entry shows. Of something removed: the layer that had it. */
  layer: number;
  change: FileChange;
  /** How it was removed: by a whiteout of its own, with its directory, or behind an opaque directory. */
  removedBy?: "whiteout" | "directory" | "opaque";
  opaque?: true;
  /** What to say of the change instead of its plain word: `copied up`. */
  note?: string;
  /** Something of it or below it was not looked at: its size is more than its total. */
  partial?: true;
  /** Sorted by name when the tree is done. */
  children: Map<string, FileNode> | undefined;
  totals: Totals;
}

/** Of a node and all below it. */
export interface Totals {
  /** Names that are no directories, and are not removed. */
  readonly files: number;
  readonly size: number;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
}

export const none: Totals = { files: 0, size: 0, added: 0, changed: 0, removed: 0 };

export interface TreeView {
  readonly root: FileNode;
  readonly question: string;
  readonly answer: string;
}

/**
 * The file system that layers 0 to `top` show together, with what layer `top` itself did. Base first. Removed names stay
 * in the tree, as `removed`, when `top` removed them.
 */
export function aggregate(listings: readonly LayerListing[], top: number): FileNode {
  const root = emptyRoot();
  for (let layer = 0; layer <= top; layer++) {
    const listing = listings[layer];
    if (listing !== undefined) apply(root, listing, layer, layer === top);
  }
  finish(root);
  return root;
}

export function emptyRoot(): FileNode {
  return directory("", "", -1);
}

/** One more layer on top, all it removes being gone. Sums and order are not kept up. */
export function stackOn(root: FileNode, listing: LayerListing, layer: number): void {
  apply(root, listing, layer, false);
}

/** Only what layer `top` has: its own names and what it removed, with the directories that lead there. */
export function changesOnly(root: FileNode): FileNode {
  const kept = new Map<string, FileNode>();
  for (const [name, child] of root.children ?? []) {
    const below = child.children === undefined ? child : changesOnly(child);
    if (child.change !== "same" || (below.children?.size ?? 0) > 0) kept.set(name, below);
  }
  const node = { ...root, children: kept };
  node.totals = total(node, true);
  return node;
}

/** What one layer changed. */
export function layerTree(listings: readonly LayerListing[], top: number): TreeView {
  const root = changesOnly(aggregate(listings, top));
  const { added, changed, removed } = root.totals;
  const left = listings[top]?.left ?? 0;
  const parts = [
    added > 0 ? `${count(added, "name")} added` : "",
    changed > 0 ? `${changed} changed` : "",
    removed > 0 ? `${removed} removed` : "",
  ].filter((part) => part !== "");
  const answer =
    parts.length === 0 ? "It changed no file." : `${parts.join(", ")}; ${sizeText(root.totals.size)} of files.`;
  return {
    root,
    question: `What did layer ${top + 1} change?`,
    answer: left > 0 ? `${answer} ${count(left, "more name")} not shown.` : answer,
  };
}

/** Everything that is there with layers up to `top`. */
export function fileSystem(listings: readonly LayerListing[], top: number): TreeView {
  const root = aggregate(listings, top);
  const { files, size } = root.totals;
  return {
    root,
    question: top === 0 ? "What does layer 1 alone show?" : `What do layers 1 to ${top + 1} show together?`,
    answer: `${count(files, "file")}, ${sizeText(size)}, from ${count(top + 1, "layer")}.`,
  };
}

function directory(name: string, path: string, layer: number): FileNode {
  return { name, path, entry: undefined, layer, change: "same", children: new Map(), totals: none };
}

function apply(root: FileNode, listing: LayerListing, layer: number, isTop: boolean): void {
  const whiteouts: LayerEntry[] = [];
  // Opaque directories empty what is below before anything of this layer comes into them.
  for (const entry of listing.entries) if (entry.opaque) empty(nodeAt(root, entry.path), isTop);
  for (const entry of listing.entries) {
    if (entry.kind === "whiteout") whiteouts.push(entry);
    else place(root, entry, layer, isTop);
  }
  for (const entry of whiteouts) removeAt(root, entry, isTop);
}

function nodeAt(root: FileNode, path: string): FileNode | undefined {
  let at: FileNode | undefined = root;
  if (path === "") return at;
  for (const part of path.split("/")) at = at?.children?.get(part);
  return at;
}

function empty(node: FileNode | undefined, isTop: boolean): void {
  if (node?.children === undefined) return;
  if (isTop) for (const child of node.children.values()) remove(child, "opaque");
  else node.children.clear();
}

function remove(node: FileNode, by: "whiteout" | "opaque"): void {
  node.change = "removed";
  node.removedBy = by;
  for (const child of node.children?.values() ?? []) {
    remove(child, by);
    child.removedBy = by === "whiteout" ? "directory" : by;
  }
}

function place(root: FileNode, entry: LayerEntry, layer: number, isTop: boolean): void {
  const parts = entry.path === "" ? [] : entry.path.split("/");
  const name = parts.pop();
  let parent = root;
  let path = "";
  for (const part of parts) {
    path = path === "" ? part : `${path}/${part}`;
    const next = parent.children?.get(part);
    // A directory in the place of what was none: the listing has its own entry for it before this one.
    if (next?.children === undefined) {
      const made = directory(part, path, layer);
      (parent.children ??= new Map()).set(part, made);
      parent = made;
    } else parent = next;
  }
  const node = name === undefined ? root : parent.children?.get(name);
  const wasThere = node !== undefined && node.entry !== undefined;
  const change: FileChange = !isTop
    ? "same"
    : !wasThere
      ? "added"
      : sameDirectory(node.entry, entry)
        ? "same"
        : "changed";
  if (node !== undefined) {
    // What an opaque directory hid and the same layer brings again was changed, with nothing of the old one in it.
    const isDirectory = entry.kind === "directory";
    if (!isDirectory) node.children = undefined;
    else if (node.children === undefined) node.children = new Map();
    node.entry = entry;
    node.layer = layer;
    node.change = node.change === "removed" ? "changed" : change;
    delete node.removedBy;
    if (entry.opaque) node.opaque = true;
    else delete node.opaque;
    return;
  }
  const made: FileNode = {
    name: name ?? "",
    path: entry.path,
    entry,
    layer,
    change,
    children: entry.kind === "directory" ? new Map() : undefined,
    totals: none,
    ...(entry.opaque ? { opaque: true as const } : {}),
  };
  (parent.children ??= new Map()).set(made.name, made);
}

/** A directory that a layer only passes through says nothing new. */
function sameDirectory(before: LayerEntry | undefined, after: LayerEntry): boolean {
  return (
    before?.kind === "directory" &&
    after.kind === "directory" &&
    !after.opaque &&
    before.mode === after.mode &&
    before.uid === after.uid &&
    before.gid === after.gid
  );
}

function removeAt(root: FileNode, entry: LayerEntry, isTop: boolean): void {
  const slash = entry.path.lastIndexOf("/");
  const parent = slash < 0 ? root : nodeAt(root, entry.path.slice(0, slash));
  const name = entry.path.slice(slash + 1);
  const node = parent?.children?.get(name);
  if (parent?.children === undefined) return;
  if (!isTop) {
    parent.children.delete(name);
    return;
  }
  if (node !== undefined) remove(node, "whiteout");
  else
    parent.children.set(name, {
      name,
      path: entry.path,
      entry,
      layer: -1,
      change: "removed",
      removedBy: "whiteout",
      children: undefined,
      totals: none,
    });
}

/** Sorts and sums up a tree whose names are all there. */
export function finish(node: FileNode): void {
  if (node.children !== undefined) {
    const sorted = [...node.children].sort(([a], [b]) => (a < b ? -1 : 1));
    node.children = new Map(sorted);
    for (const child of node.children.values()) finish(child);
  }
  node.totals = total(node, false);
}

/** `own`: only what the layer itself brought counts as size. */
function total(node: FileNode, own: boolean): Totals {
  const isFile = node.children === undefined && node.change !== "removed";
  const counts = node.path !== "" && node.change !== "same" && node.removedBy !== "directory";
  const isOwn = !own || node.change === "added" || node.change === "changed";
  let files = isFile ? 1 : 0;
  let size = isFile && isOwn ? (node.entry?.size ?? 0) : 0;
  let added = counts && node.change === "added" ? 1 : 0;
  let changed = counts && node.change === "changed" ? 1 : 0;
  let removed = counts && node.change === "removed" ? 1 : 0;
  for (const child of node.children?.values() ?? []) {
    files += child.totals.files;
    size += child.totals.size;
    added += child.totals.added;
    changed += child.totals.changed;
    removed += child.totals.removed;
  }
  return { files, size, added, changed, removed };
}

/** Bytes of everything a removed node held. */
export function heldSize(node: FileNode): number {
  let size = node.entry?.kind === "file" ? node.entry.size : 0;
  for (const child of node.children?.values() ?? []) size += heldSize(child);
  return size;
}
