import { HostileLayer, layerPath } from "../image/layer.ts";
import type { TarEntry } from "../image/tar/entry.ts";
import { encodeName } from "../image/tar/name.ts";
import { readTar } from "../image/tar/read.ts";
import { whiteoutOf } from "../image/whiteout.ts";
import { S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFMT, S_IFREG, type LayerNode, noXattrs } from "./node.ts";

/** A layer's uncompressed tar and the tree of what is in it, as overlayfs wants to see a lowerdir. */
export interface LayerTree {
  readonly tar: Uint8Array;
  readonly root: LayerNode;
  /** By ordinal. Those that a later entry replaced are no longer below the root. */
  readonly nodes: readonly LayerNode[];
  /** Bytes of all files, hard links once. */
  readonly size: number;
}

const ENTRY_LIMIT = 1_000_000;
const SYMLINK_MAX = 4095;
/** What Linux takes in one attribute, and for all names of one file together. */
const XATTR_SIZE_MAX = 65_536;
const XATTR_NAME_MAX = 255;

const OPAQUE_XATTR = "trusted.overlay.opaque";
const opaqueValue = Uint8Array.of(0x79);

/**
 * Reads the tar once. The result follows what extracting in order would leave: a later entry replaces an earlier one of
 * that name, but a directory only takes the later one's attributes. Throws TarError or HostileLayer.
 */
export function readLayer(tar: Uint8Array): LayerTree {
  const builder = new Builder();
  for (const entry of readTar(tar)) builder.add(entry);
  return builder.finish(tar);
}

/** The root and missing parents: nothing in the tar says how they are. */
const impliedDirectory = {
  mode: S_IFDIR | 0o755,
  uid: 0,
  gid: 0,
  mtime: 0,
  mtimeNanoseconds: 0,
  xattrs: noXattrs,
} as const;

type Directory = LayerNode & { readonly children: Map<string, LayerNode> };

class Builder {
  private readonly nodes: LayerNode[] = [];
  private readonly root = this.directory(undefined, impliedDirectory);
  /** Applied last: an entry of the layer itself is never hidden by a whiteout beside it. */
  private readonly whiteouts: { readonly parent: Directory; readonly name: string }[] = [];
  private count = 0;

  add(entry: TarEntry): void {
    if (++this.count > ENTRY_LIMIT) throw new HostileLayer(entry.name, "more than a million entries");
    checkXattrs(entry);
    const path = layerPath(entry.name);
    const name = path.pop();
    if (name === undefined) {
      if (entry.kind !== "directory") throw new HostileLayer(entry.name, "a root that is no directory");
      setAttributes(this.root, entry);
      return;
    }
    const parent = this.parentOf(path, entry);
    if (parent === undefined) return;
    const whiteout = whiteoutOf(name);
    switch (whiteout.kind) {
      case "none":
        this.place(parent, name, entry);
        return;
      case "opaque":
        makeOpaque(parent);
        return;
      case "removed":
        if (whiteout.name === "" || whiteout.name === "." || whiteout.name === "..") {
          throw new HostileLayer(entry.name, "a whiteout of nothing");
        }
        this.whiteouts.push({ parent, name: whiteout.name });
        return;
      case "meta":
        return;
      default:
        whiteout satisfies never;
    }
  }

  finish(tar: Uint8Array): LayerTree {
    for (const { parent, name } of this.whiteouts) this.applyWhiteout(parent, name);
    let size = 0;
    for (const node of this.nodes) if ((node.mode & S_IFMT) === S_IFREG && node.nlink > 0) size += node.size;
    return { tar, root: this.root, nodes: this.nodes, size };
  }

  /** Undefined below an aufs directory, which is not shown. */
  private parentOf(path: readonly string[], entry: TarEntry): Directory | undefined {
    let at = this.root;
    for (const part of path) {
      const whiteout = whiteoutOf(part);
      if (whiteout.kind === "meta" || whiteout.kind === "opaque") return undefined;
      if (whiteout.kind === "removed") throw new HostileLayer(entry.name, "a whiteout that is a directory");
      const next = at.children.get(part);
      if (next !== undefined && !isDirectoryNode(next)) {
        throw new HostileLayer(entry.name, `a path through ${JSON.stringify(part)}, which is no directory`);
      }
      at = next ?? this.link(at, part, this.directory(at, impliedDirectory));
    }
    return at;
  }

  private place(parent: Directory, name: string, entry: TarEntry): void {
    const before = parent.children.get(name);
    if (entry.kind === "directory") {
      if (before !== undefined && isDirectoryNode(before)) setAttributes(before, entry);
      else this.link(parent, name, this.directory(parent, attributes(entry, S_IFDIR)));
      return;
    }
    if (entry.kind === "hardlink") {
      const target = this.hardLinkTarget(entry);
      if (target !== before) this.link(parent, name, target);
      return;
    }
    this.link(parent, name, this.leaf(entry));
  }

  private hardLinkTarget(entry: TarEntry): LayerNode {
    const path = layerPath(entry.linkName, entry.name);
    let at: LayerNode | undefined = this.root;
    for (const part of path) at = at?.children?.get(part);
    if (at === undefined) {
      throw new HostileLayer(entry.name, `a hard link to ${JSON.stringify(entry.linkName)}, which is not in the layer`);
    }
    if (at.children !== undefined) throw new HostileLayer(entry.name, "a hard link to a directory");
    return at;
  }

  private leaf(entry: TarEntry): LayerNode {
    const target = entry.kind === "symlink" ? encodeName(entry.linkName) : undefined;
    if (target !== undefined && (target.length === 0 || target.length > SYMLINK_MAX || target.includes(0))) {
      throw new HostileLayer(entry.name, "a symlink to no possible path");
    }
    const whiteout = entry.kind === "character" && entry.major === 0 && entry.minor === 0;
    if (whiteout) throw new HostileLayer(entry.name, "a character device 0:0, which overlayfs takes for a whiteout");
    return this.node({
      ...attributes(entry, leafTypes[entry.kind as keyof typeof leafTypes]),
      major: entry.major,
      minor: entry.minor,
      offset: entry.offset,
      size: target?.length ?? entry.size,
      target,
      children: undefined,
      parent: undefined,
    });
  }

  private applyWhiteout(parent: Directory, name: string): void {
    const beside = parent.children.get(name);
    if (beside === undefined) {
      const device = { ...impliedDirectory, mode: S_IFCHR, major: 0, minor: 0, offset: 0, size: 0, target: undefined };
      this.link(parent, name, this.node({ ...device, children: undefined, parent: undefined }));
    } else if (isDirectoryNode(beside)) {
      // A new directory in the place of the removed one: nothing of the old one may show through.
      makeOpaque(beside);
    }
  }

  private directory(parent: Directory | undefined, how: Attributes): Directory {
    const children = new Map<string, LayerNode>();
    const rest = { major: 0, minor: 0, offset: 0, size: 0, target: undefined };
    const node = this.node({ ...how, ...rest, children, parent }) as Directory;
    // Its own "."; its name in the parent is counted by link().
    node.nlink = parent === undefined ? 2 : 1;
    return node;
  }

  private node(fields: Omit<LayerNode, "ordinal" | "nlink" | "names">): LayerNode {
    const node: LayerNode = { ...fields, ordinal: this.nodes.length, nlink: 0, names: undefined };
    this.nodes.push(node);
    return node;
  }

  private link<N extends LayerNode>(parent: Directory, name: string, node: N): N {
    const before = parent.children.get(name);
    if (before !== undefined) {
      this.unlink(before);
      if (before.children !== undefined) parent.nlink--;
    }
    parent.children.set(name, node);
    node.nlink++;
    if (node.children !== undefined) parent.nlink++;
    return node;
  }

  private unlink(node: LayerNode): void {
    node.nlink--;
    if (node.children !== undefined) node.nlink = 0;
    for (const child of node.children?.values() ?? []) this.unlink(child);
  }
}

const leafTypes = {
  file: S_IFREG,
  symlink: S_IFLNK,
  character: S_IFCHR,
  block: S_IFBLK,
  fifo: S_IFIFO,
} as const;

type Attributes = Pick<LayerNode, "mode" | "uid" | "gid" | "mtime" | "mtimeNanoseconds" | "xattrs">;

function attributes(entry: TarEntry, type: number): Attributes {
  const { uid, gid, mtime, mtimeNanoseconds } = entry;
  return { mode: type | entry.mode, uid, gid, mtime, mtimeNanoseconds, xattrs: shownXattrs(entry) };
}

function setAttributes(directory: Directory, entry: TarEntry): void {
  const opaque = directory.xattrs.get(OPAQUE_XATTR);
  Object.assign(directory, attributes(entry, S_IFDIR));
  if (opaque !== undefined) makeOpaque(directory);
}

function makeOpaque(directory: LayerNode): void {
  directory.xattrs = new Map([...directory.xattrs, [OPAQUE_XATTR, opaqueValue]]);
}

/** What an overlay makes of its own attributes is not for an image to say. */
function shownXattrs({ xattrs }: TarEntry): ReadonlyMap<string, Uint8Array> {
  if (xattrs.size === 0) return noXattrs;
  return new Map([...xattrs].filter(([name]) => !name.startsWith("trusted.overlay.")));
}

function checkXattrs({ name, xattrs }: TarEntry): void {
  let total = 0;
  for (const [key, value] of xattrs) {
    const length = encodeName(key).length;
    if (length === 0 || length > XATTR_NAME_MAX || key.includes("\0")) {
      throw new HostileLayer(name, "an extended attribute without a possible name");
    }
    if (value.length > XATTR_SIZE_MAX) throw new HostileLayer(name, `an extended attribute that is too long: ${key}`);
    total += length + 1;
  }
  if (total > XATTR_SIZE_MAX) throw new HostileLayer(name, "too many extended attributes");
}

function isDirectoryNode(node: LayerNode): node is Directory {
  return node.children !== undefined;
}
