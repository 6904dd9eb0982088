import { readTar } from "../../image/tar/read.ts";
import { verify } from "../../image/digest.ts";
import type { ContentStore } from "../runtime.ts";

/** Blobs and layers in maps. */
export class MemoryContent implements ContentStore {
  readonly #blobs = new Map<string, Uint8Array>();
  readonly #layers = new Map<string, Uint8Array>();

  has(digest: string): boolean {
    return this.#blobs.has(digest);
  }

  async get(digest: string): Promise<Uint8Array> {
    const bytes = this.#blobs.get(digest);
    if (bytes === undefined) throw new Error(`${digest}: not found`);
    return bytes;
  }

  async put(digest: string, bytes: Uint8Array): Promise<void> {
    await verify(digest, bytes);
    this.#blobs.set(digest, bytes);
  }

  async delete(digest: string): Promise<void> {
    this.#blobs.delete(digest);
  }

  async putLayer(diffId: string, tar: Uint8Array): Promise<void> {
    await verify(diffId, tar);
    this.#layers.set(diffId, tar);
  }

  hasLayer(diffId: string): boolean {
    return this.#layers.has(diffId);
  }

  async getLayer(diffId: string): Promise<Uint8Array> {
    return this.layer(diffId);
  }

  layer(diffId: string): Uint8Array {
    const tar = this.#layers.get(diffId);
    if (tar === undefined) throw new Error(`${diffId}: no such layer`);
    return tar;
  }

  layerSize(diffId: string): number {
    let size = 0;
    for (const entry of readTar(this.layer(diffId))) size += entry.size;
    return size;
  }

  async deleteLayer(diffId: string): Promise<void> {
    this.#layers.delete(diffId);
  }
}
