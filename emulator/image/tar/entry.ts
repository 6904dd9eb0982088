export type TarKind = "file" | "directory" | "symlink" | "hardlink" | "character" | "block" | "fifo";

export interface TarHeader {
  /** As written in the archive: `./etc/`, `etc/passwd`. See `decodeName` for bytes that are not UTF-8. */
  readonly name: string;
  readonly kind: TarKind;
  /** Permission bits, with setuid, setgid and sticky. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes of content; 0 for everything but a file. */
  readonly size: number;
  /** Seconds since the epoch, and the nanoseconds after it. */
  readonly mtime: number;
  readonly mtimeNanoseconds: number;
  /** Of a symlink its target, of a hardlink the name of the entry it is another name of; else empty. */
  readonly linkName: string;
  /** Of a character or block device; else 0. */
  readonly major: number;
  readonly minor: number;
  /** Extended attributes by full name (`security.capability`). */
  readonly xattrs: ReadonlyMap<string, Uint8Array>;
}

export interface TarEntry extends TarHeader {
  /** Where the content begins in the archive. */
  readonly offset: number;
  /** A view into the archive, not a copy. */
  readonly content: Uint8Array;
}

/** An archive that cannot be read. The message is fit for a user. */
export class TarError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "TarError";
  }
}

export const BLOCK = 512;

/** Bytes of zero that follow a content of this size. */
export function padding(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK;
}

const none: ReadonlyMap<string, Uint8Array> = new Map();

/** A header with everything a caller rarely says: mode 0644 (0755 for a directory), owner 0:0, mtime 0. */
export function tarHeader(name: string, kind: TarKind, rest: Partial<TarHeader> = {}): TarHeader {
  return {
    name,
    kind,
    mode: kind === "directory" ? 0o755 : kind === "symlink" ? 0o777 : 0o644,
    uid: 0,
    gid: 0,
    size: 0,
    mtime: 0,
    mtimeNanoseconds: 0,
    linkName: "",
    major: 0,
    minor: 0,
    xattrs: none,
    ...rest,
  };
}
