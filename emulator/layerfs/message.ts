/** 9P2000.L: message types (replies are one more), error numbers and bits, as Linux has them. */
export const T = {
  statfs: 8,
  lopen: 12,
  lcreate: 14,
  symlink: 16,
  mknod: 18,
  rename: 20,
  readlink: 22,
  getattr: 24,
  setattr: 26,
  xattrwalk: 30,
  xattrcreate: 32,
  readdir: 40,
  fsync: 50,
  lock: 52,
  getlock: 54,
  link: 70,
  mkdir: 72,
  renameat: 74,
  unlinkat: 76,
  version: 100,
  attach: 104,
  flush: 108,
  walk: 110,
  read: 116,
  write: 118,
  clunk: 120,
  remove: 122,
} as const;

export const RLERROR = 7;
export const NOTAG = 0xffff;
export const NOFID = 0xffff_ffff;

export const errno = {
  ENOENT: 2,
  ENXIO: 6,
  EBADF: 9,
  ENOTDIR: 20,
  EISDIR: 21,
  EINVAL: 22,
  ENFILE: 23,
  EROFS: 30,
  ENOLCK: 37,
  ELOOP: 40,
  ENODATA: 61,
  EPROTO: 71,
  EOPNOTSUPP: 95,
  ESTALE: 116,
} as const;

/** What a request may be answered with instead of its reply. */
export class Failure extends Error {
  private constructor(readonly errno: number) {
    super(`errno ${String(errno)}`);
  }

  private static readonly made = new Map<number, Failure>();

  /** One object for each number: a name that is missing is the most frequent answer of all, and a stack costs most. */
  static of(errno: number): Failure {
    let failure = Failure.made.get(errno);
    if (failure === undefined) Failure.made.set(errno, (failure = new Failure(errno)));
    return failure;
  }
}

export const HEADER = 7;

/** Reads the fields of one request. Anything beyond the message's end is EPROTO. */
export class Request {
  private bytes: Uint8Array = new Uint8Array();
  private at = 0;
  private end = 0;

  /** Takes a message that is at least a header long. */
  load(bytes: Uint8Array, end: number): void {
    this.bytes = bytes;
    this.at = HEADER;
    this.end = end;
  }

  u16(): number {
    const at = this.skip(2);
    return (this.bytes[at] ?? 0) | ((this.bytes[at + 1] ?? 0) << 8);
  }

  u32(): number {
    const { bytes } = this;
    const at = this.skip(4);
    return (
      ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)) >>>
      0
    );
  }

  /** Exact up to 2^53; more than any offset that is served. */
  u64(): number {
    const low = this.u32();
    return low + this.u32() * 2 ** 32;
  }

  /** A view that the next request overwrites. */
  text(): Uint8Array {
    const length = this.u16();
    const at = this.skip(length);
    return this.bytes.subarray(at, at + length);
  }

  private skip(count: number): number {
    const at = this.at;
    if (at + count > this.end) throw Failure.of(errno.EPROTO);
    this.at = at + count;
    return at;
  }
}

/** Writes one reply at a time into a buffer that lives as long as the server. */
export class Reply {
  private readonly buffer: Uint8Array;
  private readonly view: DataView;
  private at = HEADER;

  constructor(size: number) {
    this.buffer = new Uint8Array(size);
    this.view = new DataView(this.buffer.buffer);
  }

  begin(): void {
    this.at = HEADER;
  }

  /** Bytes written, header included; a place to come back to with `patch32`. */
  get length(): number {
    return this.at;
  }

  u8(value: number): void {
    this.buffer[this.at++] = value;
  }
  u16(value: number): void {
    this.view.setUint16(this.at, value, true);
    this.at += 2;
  }
  u32(value: number): void {
    this.view.setUint32(this.at, value, true);
    this.at += 4;
  }
  /** Any integer that is exact in a double; negative ones as two's complement. */
  u64(value: number): void {
    this.view.setUint32(this.at, value >>> 0, true);
    this.view.setInt32(this.at + 4, Math.floor(value / 2 ** 32), true);
    this.at += 8;
  }
  bytes(value: Uint8Array): void {
    this.buffer.set(value, this.at);
    this.at += value.length;
  }
  /** A string as 9P has it: its length, then its bytes. */
  text(value: Uint8Array): void {
    this.u16(value.length);
    this.bytes(value);
  }
  patch16(at: number, value: number): void {
    this.view.setUint16(at, value, true);
  }
  patch32(at: number, value: number): void {
    this.view.setUint32(at, value, true);
  }

  /** The finished message, valid until the next one. */
  finish(type: number, tag: number): Uint8Array {
    this.view.setUint32(0, this.at, true);
    this.buffer[4] = type;
    this.view.setUint16(5, tag, true);
    return this.buffer.subarray(0, this.at);
  }
}
