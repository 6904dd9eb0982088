import { join } from "node:path";

export const root = join(import.meta.dirname, "..", "..");
/** What is committed and shipped: machine artifacts and the registry. */
export const publicFolder = join(root, "public");
/** What is built here and never committed. */
export const cacheFolder = join(root, ".cache");
export const snapshotFolder = join(cacheFolder, "snapshot");
