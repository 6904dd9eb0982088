import type { TarKind } from "./tar/entry.ts";

/** What a name in a tree can be. Another name of a file (a hard link) is the same node again. */
export type FileKind = Exclude<TarKind, "hardlink">;

/** A file of any kind. Nodes are never changed; trees share them. */
export interface FileNode {
  readonly kind: FileKind;
  /** Permission bits, with setuid, setgid and sticky. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since the epoch, and the nanoseconds after it. */
  readonly mtime: number;
  readonly mtimeNanoseconds: number;
  /** Of a symlink its target; else empty. */
  readonly linkName: string;
  /** Of a character or block device; else 0. */
  readonly major: number;
  readonly minor: number;
  /** Extended attributes by full name. */
  readonly xattrs: ReadonlyMap<string, Uint8Array>;
  /** Of a file a view into the archive it came from; else empty. */
  readonly content: Uint8Array;
  /** Of a directory, in no order; else undefined. */
  readonly children: ReadonlyMap<string, FileNode> | undefined;
}

export interface DirectoryNode extends FileNode {
  readonly kind: "directory";
  readonly children: ReadonlyMap<string, FileNode>;
}

export const noXattrs: ReadonlyMap<string, Uint8Array> = new Map();
export const noContent: Uint8Array = new Uint8Array();

export function isDirectory(node: FileNode | undefined): node is DirectoryNode {
  return node?.children !== undefined;
}

/** A node with everything a caller rarely says: mode 0644, owner 0:0, mtime 0, empty. */
export function fileNode(
  kind: Exclude<FileKind, "directory">,
  rest: Partial<Omit<FileNode, "kind" | "children">> = {},
): FileNode {
  // Field by field: a tree has thousands of nodes, and spreading costs more than all else about them.
  return {
    kind,
    mode: rest.mode ?? (kind === "symlink" ? 0o777 : 0o644),
    uid: rest.uid ?? 0,
    gid: rest.gid ?? 0,
    mtime: rest.mtime ?? 0,
    mtimeNanoseconds: rest.mtimeNanoseconds ?? 0,
    linkName: rest.linkName ?? "",
    major: rest.major ?? 0,
    minor: rest.minor ?? 0,
    xattrs: rest.xattrs ?? noXattrs,
    content: rest.content ?? noContent,
    children: undefined,
  };
}

/** Mode 0755 where `rest` does not say. */
export function directoryNode(
  children: ReadonlyMap<string, FileNode>,
  rest: Partial<Omit<FileNode, "kind" | "children">> = {},
): DirectoryNode {
  return {
    kind: "directory",
    mode: rest.mode ?? 0o755,
    uid: rest.uid ?? 0,
    gid: rest.gid ?? 0,
    mtime: rest.mtime ?? 0,
    mtimeNanoseconds: rest.mtimeNanoseconds ?? 0,
    linkName: "",
    major: 0,
    minor: 0,
    xattrs: rest.xattrs ?? noXattrs,
    content: noContent,
    children,
  };
}

/** Names of a directory in the order every walk and every archive has them. */
export function sortedChildren(directory: DirectoryNode): [name: string, node: FileNode][] {
  return [...directory.children].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The parts of an absolute or relative path, `.` and `..` resolved by their names; `..` of the root is the root. */
export function pathParts(path: string): string[] {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") parts.pop();
    else parts.push(part);
  }
  return parts;
}

/** A file system operation that did not succeed, worded as Go's os.PathError. */
export class PathError extends Error {
  constructor(
    readonly op: string,
    readonly path: string,
    readonly reason: string,
  ) {
    super(`${op} ${path}: ${reason}`);
    this.name = "PathError";
  }
}
