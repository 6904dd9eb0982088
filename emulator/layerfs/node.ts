/** st_mode's file types. */
export const S_IFMT = 0o170000;
export const S_IFIFO = 0o010000;
export const S_IFCHR = 0o020000;
export const S_IFDIR = 0o040000;
export const S_IFBLK = 0o060000;
export const S_IFREG = 0o100000;
export const S_IFLNK = 0o120000;

/** One inode of a layer. Several names of a directory may lead to one (hard links). */
export interface LayerNode {
  /** Number in the layer, from 0 (the root) on: the same layer always counts the same way. */
  readonly ordinal: number;
  /** st_mode: type and permission bits. */
  mode: number;
  uid: number;
  gid: number;
  /** Seconds since the epoch, and nanoseconds. */
  mtime: number;
  mtimeNanoseconds: number;
  nlink: number;
  readonly major: number;
  readonly minor: number;
  /** Where a file's content is in the layer's tar. */
  readonly offset: number;
  /** st_size: of a file its content, of a symlink its target, else 0. */
  readonly size: number;
  /** Of a symlink, as bytes. */
  readonly target: Uint8Array | undefined;
  xattrs: ReadonlyMap<string, Uint8Array>;
  /** Of a directory; in the order the names first came. */
  readonly children: Map<string, LayerNode> | undefined;
  /** Of a directory; the root is its own. */
  readonly parent: LayerNode | undefined;
  /** Of a directory, made at the first listing. */
  names: readonly DirectoryName[] | undefined;
}

export interface DirectoryName {
  readonly name: Uint8Array;
  readonly node: LayerNode;
}

export const noXattrs: ReadonlyMap<string, Uint8Array> = new Map();

export function isDirectory(node: LayerNode): boolean {
  return node.children !== undefined;
}
