import { digestHex, verify } from "../image/digest.ts";
import type { LayerExport } from "./export.ts";
import { type LayerTree, readLayer } from "./tree.ts";

/** A digest that is not in the store. */
export class ContentNotFound extends Error {
  constructor(digest: string) {
    super(`content digest ${digest}: not found`);
    this.name = "ContentNotFound";
  }
}

/**
 * The engine's ContentStore in memory. A layer that is put here is verified, indexed and at once served under
 * `/<64 hex digits of the diff id>`; a layer that is deleted is served no longer.
 */
export class MemoryContentStore {
  private readonly blobs = new Map<string, Uint8Array>();
  private readonly layers = new Map<string, LayerTree>();
  private readonly deleteListeners: ((diffId: string) => Promise<void>)[] = [];

  constructor(private readonly served: LayerExport) {}

  has(digest: string): boolean {
    return this.blobs.has(digest);
  }

  get(digest: string): Promise<Uint8Array> {
    const blob = this.blobs.get(digest);
    return blob === undefined ? Promise.reject(new ContentNotFound(digest)) : Promise.resolve(blob);
  }

  async put(digest: string, bytes: Uint8Array): Promise<void> {
    if (this.blobs.has(digest)) return;
    await verify(digest, bytes);
    this.blobs.set(digest, bytes);
  }

  delete(digest: string): Promise<void> {
    this.blobs.delete(digest);
    return Promise.resolve();
  }

  /** Throws DigestMismatch, TarError, HostileLayer. The bytes are the store's from now on. */
  async putLayer(diffId: string, tar: Uint8Array): Promise<void> {
    if (this.layers.has(diffId)) return;
    const name = digestHex(diffId);
    await verify(diffId, tar);
    const tree = readLayer(tar);
    this.served.add(name, diffId, tree);
    this.layers.set(diffId, tree);
  }

  hasLayer(diffId: string): boolean {
    return this.layers.has(diffId);
  }

  getLayer(diffId: string): Promise<Uint8Array> {
    const layer = this.layers.get(diffId);
    return layer === undefined ? Promise.reject(new ContentNotFound(diffId)) : Promise.resolve(layer.tar);
  }

  layerSize(diffId: string): number {
    const layer = this.layers.get(diffId);
    if (layer === undefined) throw new ContentNotFound(diffId);
    return layer.size;
  }

  /** Ends the layer's directories in the guest first (see `onDeleteLayer`), then serves it no longer. */
  async deleteLayer(diffId: string): Promise<void> {
    if (!this.layers.has(diffId)) return;
    for (const listener of this.deleteListeners) await listener(diffId);
    this.layers.delete(diffId);
    this.served.remove(digestHex(diffId));
  }

  /** The layer's tree, for readers on this side. */
  tree(diffId: string): LayerTree | undefined {
    return this.layers.get(diffId);
  }

  onDeleteLayer(listener: (diffId: string) => Promise<void>): void {
    this.deleteListeners.push(listener);
  }

  /** What a save has to keep. */
  digests(): { readonly blobs: readonly string[]; readonly layers: readonly string[] } {
    return { blobs: [...this.blobs.keys()], layers: [...this.layers.keys()] };
  }
}
