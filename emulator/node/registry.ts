import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { Registry } from "../engine/runtime.ts";

/** The OCI image layout in a folder, as the engine pulls from it. */
export function folderRegistry(folder: string): Registry {
  return {
    async index(signal) {
      return readFile(join(folder, "index.json"), { signal });
    },
    async blob(digest, signal) {
      const hex = /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1];
      if (hex === undefined) throw new Error(`not a sha256 digest: ${digest}`);
      const path = join(folder, "blobs", "sha256", hex);
      const { size } = await stat(path);
      return {
        size,
        body: Readable.toWeb(createReadStream(path, { signal })) as unknown as ReadableStream<Uint8Array>,
      };
    },
  };
}
