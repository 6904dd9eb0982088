import { mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { LayerStore } from "../index.ts";

/** Layers made in a lab, in a folder, one file each. */
export function folderLayers(folder: string): LayerStore {
  const path = (diffId: string) => {
    const hex = /^sha256:([0-9a-f]{64})$/.exec(diffId)?.[1];
    if (hex === undefined) throw new Error(`not a sha256 digest: ${diffId}`);
    return join(folder, `${hex}.tar.gz`);
  };
  return {
    has: (diffId) =>
      stat(path(diffId)).then(
        () => true,
        () => false,
      ),
    async get(diffId) {
      try {
        return new Uint8Array(await readFile(path(diffId)));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
        throw error;
      }
    },
    async put(diffId, gzipped) {
      await mkdir(folder, { recursive: true });
      await writeFile(`${path(diffId)}.new`, gzipped);
      await rename(`${path(diffId)}.new`, path(diffId));
    },
  };
}
