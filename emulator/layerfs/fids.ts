import type { ExportedLayer } from "./export.ts";
import { errno, Failure } from "./message.ts";
import type { LayerNode } from "./node.ts";

/** What a fid of the guest stands for. */
export interface Fid {
  /** Undefined: the export's root. */
  readonly layer: ExportedLayer | undefined;
  /** Ordinal of the node in the layer. */
  readonly node: number;
  open: boolean;
  /** A fid made by xattrwalk: the attribute it reads, "" for the list of names. */
  readonly xattr: string | undefined;
  /** Bytes of the attribute or of the list. */
  readonly value: Uint8Array | undefined;
}

/** A guest that leaks fids, by fault or on purpose, costs the host no more than this many. */
const FID_LIMIT = 262_144;

export class FidTable {
  private readonly fids = new Map<number, Fid>();

  get(fid: number): Fid {
    const found = this.fids.get(fid);
    if (found === undefined) throw Failure.of(errno.EBADF);
    return found;
  }

  /** `from` may be replaced by itself: a walk to its own fid. */
  put(fid: number, value: Fid, from?: number): void {
    if (fid !== from && this.fids.has(fid)) throw Failure.of(errno.EBADF);
    if (this.fids.size >= FID_LIMIT) throw Failure.of(errno.ENFILE);
    this.fids.set(fid, value);
  }

  clunk(fid: number): void {
    if (!this.fids.delete(fid)) throw Failure.of(errno.EBADF);
  }

  clear(): void {
    this.fids.clear();
  }

  get size(): number {
    return this.fids.size;
  }

  entries(): IterableIterator<[number, Fid]> {
    return this.fids.entries();
  }
}

/** The fid's node, undefined at the export's root. */
export function nodeOf(fid: Fid): LayerNode | undefined {
  if (fid.layer === undefined) return undefined;
  const node = fid.layer.tree?.nodes[fid.node];
  if (node === undefined) throw Failure.of(errno.ESTALE);
  return node;
}

/** The fid's node, where the export's root will not do. */
export function leafOf(fid: Fid, atRoot: number): LayerNode {
  const node = nodeOf(fid);
  if (node === undefined) throw Failure.of(atRoot);
  return node;
}
