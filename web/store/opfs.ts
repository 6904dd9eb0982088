import type { BlobStore } from "../../emulator/save/blob-store.ts";

/** The browser has no room, or gives this site none. */
export class QuotaExceeded extends Error {
  constructor() {
    super("the browser has no room left for this site");
    this.name = "QuotaExceeded";
  }
}

/** Named bytes in a folder of the origin private file system. Only workers can write there synchronously, and none must. */
export function opfsStore(folder: string): BlobStore {
  const directory = async () => (await navigator.storage.getDirectory()).getDirectoryHandle(folder, { create: true });
  // A file name holds no slash.
  const file = (name: string) => encodeURIComponent(name);
  return {
    async get(name) {
      try {
        const handle = await (await directory()).getFileHandle(file(name));
        return new Uint8Array(await (await handle.getFile()).arrayBuffer());
      } catch (error) {
        if (error instanceof DOMException && error.name === "NotFoundError") return undefined;
        throw error;
      }
    },
    async put(name, bytes) {
      const handle = await (await directory()).getFileHandle(file(name), { create: true });
      const writable = await handle.createWritable();
      try {
        await writable.write(bytes.slice());
        await writable.close();
      } catch (error) {
        await writable.abort().catch(() => undefined);
        if (error instanceof DOMException && error.name === "QuotaExceededError") throw new QuotaExceeded();
        throw error;
      }
    },
    async delete(name) {
      try {
        await (await directory()).removeEntry(file(name));
      } catch (error) {
        if (!(error instanceof DOMException && error.name === "NotFoundError")) throw error;
      }
    },
    async list() {
      const names: string[] = [];
      for await (const name of (await directory()).keys()) names.push(decodeURIComponent(name));
      return names;
    },
  };
}

/** Bytes of each file of a folder. */
export async function opfsSizes(folder: string): Promise<ReadonlyMap<string, number>> {
  const directory = await (await navigator.storage.getDirectory()).getDirectoryHandle(folder, { create: true });
  const sizes = new Map<string, number>();
  for await (const [name, handle] of directory.entries())
    if (handle instanceof FileSystemFileHandle)
      try {
        sizes.set(decodeURIComponent(name), (await handle.getFile()).size);
      } catch (error) {
        // A save was replaced meanwhile.
        if (!(error instanceof DOMException && error.name === "NotFoundError")) throw error;
      }
  return sizes;
}

/** Removes a folder with all that is in it, and gives its space back. */
export async function removeOpfs(folder: string): Promise<void> {
  const root = await navigator.storage.getDirectory();
  for (let attempt = 1; ; attempt++)
    try {
      await root.removeEntry(folder, { recursive: true });
      return;
    } catch (error) {
      if (error instanceof DOMException && error.name === "NotFoundError") return;
      // A worker that has just ended may still be writing.
      if (attempt === 10) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
}
