import { TreeDraft, type Attributes } from "./file-tree-draft.ts";
import {
  type DirectoryNode,
  type FileNode,
  directoryNode,
  fileNode,
  isDirectory,
  sortedChildren,
} from "./file-tree-node.ts";
import { HostileLayer, layerPath } from "./layer.ts";
import { type TarEntry, type TarHeader, tarHeader } from "./tar/entry.ts";
import { readTar } from "./tar/read.ts";
import { writeTar } from "./tar/write.ts";
import { OPAQUE_WHITEOUT, WHITEOUT_PREFIX, whiteoutName, whiteoutOf } from "./whiteout.ts";

const ENTRY_LIMIT = 1_000_000;

/**
 * The tree that a layer makes of the one below it, as overlayfs shows it: a whiteout hides what is below, never an entry
 * of its own layer. What the layer does not name is shared with the tree below. Throws TarError or HostileLayer.
 */
export function applyLayer(below: DirectoryNode, tar: Uint8Array): DirectoryNode {
  const layer = new LayerReader(below);
  for (const entry of readTar(tar)) layer.add(entry);
  return layer.finish();
}

class LayerReader {
  private readonly draft: TreeDraft;
  /** What this layer itself brings; directories that it only passes through are the draft's own. */
  private readonly mine = new Set<FileNode>();
  private readonly whiteouts: { readonly parent: string[]; readonly name: string | undefined }[] = [];
  private count = 0;

  constructor(below: DirectoryNode) {
    this.draft = new TreeDraft(below);
  }

  add(entry: TarEntry): void {
    if (++this.count > ENTRY_LIMIT) throw new HostileLayer(entry.name, "more than a million entries");
    const path = layerPath(entry.name);
    const name = path.at(-1);
    if (name === undefined) {
      if (entry.kind !== "directory") throw new HostileLayer(entry.name, "a root that is no directory");
      this.draft.setAttributes([], attributesOf(entry));
      return;
    }
    const parent = path.slice(0, -1);
    for (const part of parent) {
      const whiteout = whiteoutOf(part);
      if (whiteout.kind === "meta" || whiteout.kind === "opaque") return;
      if (whiteout.kind === "removed") throw new HostileLayer(entry.name, "a whiteout that is a directory");
    }
    this.enter(parent, entry);
    const whiteout = whiteoutOf(name);
    switch (whiteout.kind) {
      case "none":
        this.place(path, entry);
        return;
      case "opaque":
        this.whiteouts.push({ parent, name: undefined });
        return;
      case "removed":
        if (["", ".", ".."].includes(whiteout.name)) throw new HostileLayer(entry.name, "a whiteout of nothing");
        this.whiteouts.push({ parent, name: whiteout.name });
        return;
      case "meta":
        return;
      default:
        whiteout satisfies never;
    }
  }

  finish(): DirectoryNode {
    for (const { parent, name } of this.whiteouts) {
      if (name === undefined) this.hideBelow(parent);
      else this.hide([...parent, name]);
    }
    return this.draft.root;
  }

  private isMine(node: FileNode): boolean {
    return this.mine.has(node) || (isDirectory(node) && this.draft.isOwn(node));
  }

  private hide(path: readonly string[]): void {
    const node = this.draft.get(path);
    if (node === undefined) return;
    if (!this.isMine(node)) this.draft.remove(path);
    else if (isDirectory(node)) this.hideBelow(path);
  }

  private hideBelow(path: readonly string[]): void {
    const node = this.draft.get(path);
    if (!isDirectory(node)) return;
    for (const name of [...node.children.keys()]) this.hide([...path, name]);
  }

  /** Directories on the way are copied, and made where nothing in the tar says how they are. */
  private enter(path: readonly string[], entry: TarEntry): void {
    for (let i = 1; i <= path.length; i++) {
      const at = path.slice(0, i);
      const node = this.draft.get(at);
      if (isDirectory(node)) continue;
      if (node !== undefined && this.isMine(node)) {
        throw new HostileLayer(entry.name, `a path through ${JSON.stringify(path[i - 1])}, which is no directory`);
      }
      this.draft.makeDirectory(at, { mode: 0o755 });
    }
    this.draft.writable(path);
  }

  private place(path: readonly string[], entry: TarEntry): void {
    if (entry.kind === "directory") {
      if (isDirectory(this.draft.get(path))) this.draft.setAttributes(path, attributesOf(entry));
      else this.draft.makeDirectory(path, attributesOf(entry));
      return;
    }
    const node = entry.kind === "hardlink" ? this.linked(entry) : nodeOf(entry);
    if (node.kind === "character" && node.major === 0 && node.minor === 0) {
      throw new HostileLayer(entry.name, "a character device 0:0, which overlayfs takes for a whiteout");
    }
    this.mine.add(node);
    this.draft.put(path, node);
  }

  private linked(entry: TarEntry): FileNode {
    const node = this.draft.get(layerPath(entry.linkName, entry.name));
    if (node === undefined) {
      throw new HostileLayer(entry.name, `a hard link to ${JSON.stringify(entry.linkName)}, which is not in the layer`);
    }
    if (isDirectory(node)) throw new HostileLayer(entry.name, "a hard link to a directory");
    return node;
  }
}

/** What an entry says of its file, without its content. */
export function attributesOf(entry: TarEntry): Attributes {
  const { mode, uid, gid, mtime, mtimeNanoseconds, xattrs } = entry;
  return { mode, uid, gid, mtime, mtimeNanoseconds, xattrs };
}

/** Of an entry that is neither a directory nor a hard link. */
export function nodeOf(entry: TarEntry): FileNode {
  if (entry.kind === "directory" || entry.kind === "hardlink") return directoryNode(new Map(), attributesOf(entry));
  return fileNode(entry.kind, entry);
}

/**
 * The layer that makes a draft of its base: what the draft touched, the directories on the way to it, whiteouts for what
 * is gone. Sorted by name; the same draft gives the same bytes. Undefined when nothing was touched.
 */
export function layerOf(draft: TreeDraft): { readonly tar: Uint8Array; readonly size: number } | undefined {
  if (draft.root === draft.base) return undefined;
  const writer = new LayerWriter(draft);
  writer.directory(draft.root, draft.base, "");
  return { tar: writeTar(writer.entries), size: writer.size };
}

/** A whole tree as one deterministic archive: names without `./`, sorted. */
export function flatten(root: DirectoryNode): Uint8Array {
  const writer = new LayerWriter(new TreeDraft(directoryNode(new Map())));
  writer.directory(root, undefined, "");
  return writeTar(writer.entries);
}

class LayerWriter {
  readonly entries: { header: TarHeader; content?: Uint8Array }[] = [];
  size = 0;
  private readonly written = new Map<FileNode, string>();

  constructor(private readonly draft: TreeDraft) {}

  directory(directory: DirectoryNode, before: FileNode | undefined, prefix: string): void {
    const origin = this.draft.originOf(directory);
    const continued = isDirectory(before) && origin === before;
    if (isDirectory(before) && !continued) this.entries.push({ header: tarHeader(prefix + OPAQUE_WHITEOUT, "file") });
    if (continued) {
      const gone = [...before.children.keys()].filter((name) => !directory.children.has(name)).sort();
      for (const name of gone) this.entries.push({ header: tarHeader(prefix + whiteoutName(name), "file") });
    }
    for (const [name, node] of sortedChildren(directory)) {
      const below = continued ? before.children.get(name) : undefined;
      if (node !== below) this.entry(node, below, prefix + name, name);
    }
  }

  private entry(node: FileNode, below: FileNode | undefined, path: string, name: string): void {
    if (name.startsWith(WHITEOUT_PREFIX)) {
      throw new HostileLayer(path, `a name that begins with ${WHITEOUT_PREFIX} means a removed file in a layer`);
    }
    if (isDirectory(node)) {
      this.entries.push({ header: headerOf(node, path) });
      this.directory(node, below, `${path}/`);
      return;
    }
    const first = this.written.get(node);
    if (first !== undefined) {
      this.entries.push({
        header: tarHeader(path, "hardlink", { ...headerOf(node, path), kind: "hardlink", linkName: first }),
      });
      return;
    }
    this.written.set(node, path);
    this.size += node.content.length;
    this.entries.push({ header: headerOf(node, path), ...(node.kind === "file" ? { content: node.content } : {}) });
  }
}

function headerOf(node: FileNode, name: string): TarHeader {
  const { kind, mode, uid, gid, mtime, mtimeNanoseconds, linkName, major, minor, xattrs } = node;
  return tarHeader(name, kind, { mode, uid, gid, mtime, mtimeNanoseconds, linkName, major, minor, xattrs });
}
