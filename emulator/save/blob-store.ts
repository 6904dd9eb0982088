/**
 * Named byte strings that outlive the process: files, OPFS, IndexedDB. `put` replaces; it need not be atomic. Errors
 * (quota, permissions) reject and are the caller's.
 */
export interface BlobStore {
  get(name: string): Promise<Uint8Array | undefined>;
  put(name: string, bytes: Uint8Array): Promise<void>;
  /** No error when there is none. */
  delete(name: string): Promise<void>;
  list(): Promise<readonly string[]>;
}

/** For tests, and for a session that keeps nothing. */
export class MemoryBlobStore implements BlobStore {
  readonly #blobs = new Map<string, Uint8Array>();

  async get(name: string): Promise<Uint8Array | undefined> {
    return this.#blobs.get(name)?.slice();
  }

  async put(name: string, bytes: Uint8Array): Promise<void> {
    this.#blobs.set(name, bytes.slice());
  }

  async delete(name: string): Promise<void> {
    this.#blobs.delete(name);
  }

  async list(): Promise<readonly string[]> {
    return [...this.#blobs.keys()];
  }
}
