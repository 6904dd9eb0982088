import { decodeName, encodeName } from "../image/tar/name.ts";
import type { LayerExport } from "./export.ts";
import { ROOT_QID, namesOf, type ExportedLayer } from "./export.ts";
import { FidTable, leafOf, nodeOf } from "./fids.ts";
import { errno, Failure, HEADER, NOFID, NOTAG, Reply, Request, RLERROR, T } from "./message.ts";
import { attributeOf, deviceNumber, parentOf, rootFid, step } from "./place.ts";
import { isDirectory, S_IFDIR, S_IFLNK, S_IFMT, S_IFREG, type LayerNode } from "./node.ts";

/** The most that Linux's virtio transport takes. */
export const MSIZE_MAX = 512_000;
const MSIZE_MIN = 4096;
const READ_HEADER = HEADER + 4;
const WALK_MAX = 16;
const BLOCK = 4096;
const V9FS_MAGIC = 0x0102_1997;
const NAME_MAX = 255;
const QID_DIRECTORY = 0x80;
const QID_SYMLINK = 0x02;
/** P9_STATS_BASIC and P9_STATS_GEN: what getattr fills in. */
const STATS = 0x17ff;
const O_ACCMODE = 3;
const O_TRUNC = 0o1000;
const O_DIRECTORY = 0o200000;

const VERSION = "9P2000.L";
const dot = encodeName(".");
const dotDot = encodeName("..");

/** Requests that would change something: all of them are refused before they are looked at. */
const mutating: ReadonlySet<number> = new Set([
  T.lcreate,
  T.symlink,
  T.mknod,
  T.rename,
  T.setattr,
  T.xattrcreate,
  T.link,
  T.mkdir,
  T.renameat,
  T.unlinkat,
  T.write,
]);

/**
 * Serves an export over 9P2000.L, read-only and synchronously: one reply for each request, whatever its bytes are.
 */
export class NinePServer {
  readonly fids = new FidTable();
  /** Negotiated by Tversion. */
  msize = MSIZE_MAX;
  /** Requests answered so far. */
  requests = 0;
  private readonly request = new Request();
  private readonly reply = new Reply(MSIZE_MAX);

  constructor(private readonly layers: LayerExport) {}

  /** The reply is a view that is valid until the next request. */
  readonly handle = (message: Uint8Array): Uint8Array => {
    this.requests++;
    const size = message.length < HEADER ? 0 : u32(message, 0);
    const type = message[4] ?? 0;
    const tag = message.length < HEADER ? NOTAG : (message[5] ?? 0) | ((message[6] ?? 0) << 8);
    this.reply.begin();
    try {
      if (size < HEADER || size > message.length) throw Failure.of(errno.EPROTO);
      this.request.load(message, size);
      this.dispatch(type);
      return this.reply.finish(type + 1, tag);
    } catch (error) {
      // Anything but a Failure is a fault of ours; the guest still gets its answer, and the fault is not lost.
      if (!(error instanceof Failure)) console.error("layerfs: request failed", error);
      this.reply.begin();
      this.reply.u32(error instanceof Failure ? error.errno : errno.EPROTO);
      return this.reply.finish(RLERROR, tag);
    }
  };

  private dispatch(type: number): void {
    switch (type) {
      case T.walk:
        return this.walk();
      case T.getattr:
        return this.getattr();
      case T.clunk:
        return this.fids.clunk(this.request.u32());
      case T.lopen:
        return this.lopen();
      case T.read:
        return this.read();
      case T.readdir:
        return this.readdir();
      case T.xattrwalk:
        return this.xattrwalk();
      case T.readlink:
        return this.readlink();
      case T.statfs:
        return this.statfs();
      case T.version:
        return this.version();
      case T.attach:
        return this.attach();
      case T.flush:
        // Every earlier request has been answered already.
        this.request.u16();
        return;
      case T.fsync:
        this.fids.get(this.request.u32());
        return;
      case T.lock:
      case T.getlock:
        throw Failure.of(errno.ENOLCK);
      case T.remove:
        // The fid is gone whether the file goes or not.
        this.fids.clunk(this.request.u32());
        throw Failure.of(errno.EROFS);
      default:
        throw Failure.of(mutating.has(type) ? errno.EROFS : errno.EOPNOTSUPP);
    }
  }

  private version(): void {
    const { request, reply } = this;
    const msize = request.u32();
    const known = decodeName(request.text()) === VERSION;
    if (known && msize < MSIZE_MIN) throw Failure.of(errno.EINVAL);
    this.fids.clear();
    if (known) this.msize = Math.min(msize, MSIZE_MAX);
    reply.u32(Math.min(msize, MSIZE_MAX));
    reply.text(encodeName(known ? VERSION : "unknown"));
  }

  private attach(): void {
    const { request } = this;
    const fid = request.u32();
    if (request.u32() !== NOFID) throw Failure.of(errno.EOPNOTSUPP);
    request.text();
    const name = decodeName(request.text());
    if (name !== "" && name !== "/") throw Failure.of(errno.ENOENT);
    this.fids.put(fid, rootFid());
    this.rootQid();
  }

  private walk(): void {
    const { request, reply } = this;
    const fid = request.u32();
    const newFid = request.u32();
    const count = request.u16();
    if (count > WALK_MAX) throw Failure.of(errno.EINVAL);
    const from = this.fids.get(fid);
    if (from.xattr !== undefined) throw Failure.of(errno.EBADF);
    let layer = from.layer;
    let node = nodeOf(from);
    const countAt = reply.length;
    reply.u16(0);
    for (let i = 0; i < count; i++) {
      const name = request.text();
      const next = step(this.layers, layer, node, name);
      if (next === undefined) {
        if (i === 0) throw Failure.of(node === undefined || isDirectory(node) ? errno.ENOENT : errno.ENOTDIR);
        // A walk that ends early says how far it came, and leaves the new fid unset.
        reply.patch16(countAt, i);
        return;
      }
      ({ layer, node } = next);
      this.qid(layer, node);
    }
    this.fids.put(newFid, { layer, node: node?.ordinal ?? 0, open: false, xattr: undefined, value: undefined }, fid);
    reply.patch16(countAt, count);
  }

  private getattr(): void {
    const { reply } = this;
    const fid = this.fids.get(this.request.u32());
    const node = nodeOf(fid);
    reply.u64(STATS);
    this.qid(fid.layer, node);
    const size = node?.size ?? 0;
    reply.u32(node?.mode ?? S_IFDIR | 0o755);
    reply.u32(node?.uid ?? 0);
    reply.u32(node?.gid ?? 0);
    reply.u64(node?.nlink ?? 2);
    reply.u64(node === undefined ? 0 : deviceNumber(node.major, node.minor));
    reply.u64(size);
    reply.u64(BLOCK);
    reply.u64(Math.ceil(size / 512));
    // A layer has one time; atime, mtime and ctime are that.
    for (let i = 0; i < 3; i++) {
      reply.u64(node?.mtime ?? 0);
      reply.u64(node?.mtimeNanoseconds ?? 0);
    }
    // Birth time, generation and data version are not kept.
    for (let i = 0; i < 4; i++) reply.u64(0);
  }

  private lopen(): void {
    const { request, reply } = this;
    const fid = this.fids.get(request.u32());
    const flags = request.u32();
    const node = nodeOf(fid);
    if (fid.open || fid.xattr !== undefined) throw Failure.of(errno.EBADF);
    if ((flags & O_ACCMODE) !== 0 || (flags & O_TRUNC) !== 0) throw Failure.of(errno.EROFS);
    if (node !== undefined && !isDirectory(node)) {
      if ((flags & O_DIRECTORY) !== 0) throw Failure.of(errno.ENOTDIR);
      const type = node.mode & S_IFMT;
      if (type !== S_IFREG) throw Failure.of(type === S_IFLNK ? errno.ELOOP : errno.ENXIO);
    }
    fid.open = true;
    this.qid(fid.layer, node);
    // No limit of its own: reads may be as long as msize allows.
    reply.u32(0);
  }

  private read(): void {
    const { request } = this;
    const fid = this.fids.get(request.u32());
    const offset = request.u64();
    const count = Math.min(request.u32(), this.msize - READ_HEADER);
    if (fid.value !== undefined) return this.piece(fid.value, 0, fid.value.length, offset, count);
    const node = leafOf(fid, errno.EISDIR);
    if (isDirectory(node)) throw Failure.of(errno.EISDIR);
    if (!fid.open || fid.layer?.tree === undefined) throw Failure.of(errno.EBADF);
    this.piece(fid.layer.tree.tar, node.offset, node.size, offset, count);
  }

  private piece(bytes: Uint8Array, at: number, size: number, offset: number, count: number): void {
    const length = Math.max(0, Math.min(count, size - offset));
    this.reply.u32(length);
    if (length > 0) this.reply.bytes(bytes.subarray(at + offset, at + offset + length));
  }

  private readdir(): void {
    const { request, reply } = this;
    const fid = this.fids.get(request.u32());
    const offset = request.u64();
    const end = reply.length + 4 + Math.min(request.u32(), this.msize - READ_HEADER);
    const node = nodeOf(fid);
    if (node !== undefined && !isDirectory(node)) throw Failure.of(errno.ENOTDIR);
    if (!fid.open || fid.xattr !== undefined) throw Failure.of(errno.EBADF);
    const countAt = reply.length;
    reply.u32(0);
    let fits = true;
    if (offset < 1) fits = this.direntry(end, fid.layer, node, 1, dot);
    if (fits && offset < 2) {
      const up = node === undefined ? undefined : parentOf(fid.layer, node);
      fits = this.direntry(end, up?.layer, up?.node, 2, dotDot);
    }
    if (fits && node === undefined) {
      for (const layer of this.layers.listing(offset)) {
        fits = this.direntry(end, layer, layer.tree.root, layer.cookie, layer.nameBytes);
        if (!fits) break;
      }
    } else if (fits && node !== undefined) {
      const names = namesOf(node);
      for (let i = Math.max(0, offset - 2); fits && i < names.length; i++) {
        const entry = names[i];
        fits = entry !== undefined && this.direntry(end, fid.layer, entry.node, i + 3, entry.name);
      }
    }
    const length = reply.length - countAt - 4;
    if (length === 0 && !fits) throw Failure.of(errno.EINVAL);
    reply.patch32(countAt, length);
  }

  /** False when the entry would not fit before `end`. */
  private direntry(
    end: number,
    layer: ExportedLayer | undefined,
    node: LayerNode | undefined,
    offset: number,
    name: Uint8Array,
  ): boolean {
    const { reply } = this;
    if (reply.length + 24 + name.length > end) return false;
    this.qid(layer, node);
    reply.u64(offset);
    reply.u8((node?.mode ?? S_IFDIR) >> 12);
    reply.text(name);
    return true;
  }

  private readlink(): void {
    const node = leafOf(this.fids.get(this.request.u32()), errno.EINVAL);
    if (node.target === undefined) throw Failure.of(errno.EINVAL);
    this.reply.text(node.target);
  }

  private xattrwalk(): void {
    const { request, reply } = this;
    const fid = this.fids.get(request.u32());
    const newFid = request.u32();
    const name = decodeName(request.text());
    if (fid.xattr !== undefined) throw Failure.of(errno.EBADF);
    const value = attributeOf(nodeOf(fid), name);
    if (value === undefined) throw Failure.of(errno.ENODATA);
    this.fids.put(newFid, { layer: fid.layer, node: fid.node, open: false, xattr: name, value });
    reply.u64(value.length);
  }

  private statfs(): void {
    const { reply } = this;
    this.fids.get(this.request.u32());
    let bytes = 0;
    let files = 1;
    for (const layer of this.layers.listing(0)) {
      bytes += layer.tree.tar.length;
      files += layer.nodes;
    }
    reply.u32(V9FS_MAGIC);
    reply.u32(BLOCK);
    reply.u64(Math.ceil(bytes / BLOCK));
    // Nothing is free: nothing can be written.
    reply.u64(0);
    reply.u64(0);
    reply.u64(files);
    reply.u64(0);
    reply.u64(0);
    reply.u32(NAME_MAX);
  }

  private rootQid(): void {
    this.qid(undefined, undefined);
  }

  private qid(layer: ExportedLayer | undefined, node: LayerNode | undefined): void {
    const type = (node?.mode ?? S_IFDIR) & S_IFMT;
    this.reply.u8(type === S_IFDIR ? QID_DIRECTORY : type === S_IFLNK ? QID_SYMLINK : 0);
    this.reply.u32(0);
    this.reply.u64(layer === undefined || node === undefined ? ROOT_QID : layer.qidBase + node.ordinal);
  }
}

function u32(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)) >>> 0
  );
}
