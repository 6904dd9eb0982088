import { GUNZIP_LIMIT, gunzip, isGzip } from "../../../image/gzip.ts";
import { isTar, unreadableFormat } from "../context/archive.ts";
import { CopyError } from "./request.ts";

/**
 * The tar that a file is, as ADD unpacks it: itself or gzipped; undefined when it is none. Throws CopyError for a
 * compression that cannot be read here.
 */
export async function archiveOf(name: string, content: Uint8Array): Promise<Uint8Array | undefined> {
  const unreadable = unreadableFormat(content);
  if (unreadable !== undefined) {
    throw new CopyError(
      `${name}: ${unreadable} archives cannot be unpacked by this builder; compress it with gzip, or COPY it as it is`,
    );
  }
  if (!isGzip(content)) return isTar(content) ? content : undefined;
  let tar: Uint8Array;
  try {
    tar = await gunzip(content, GUNZIP_LIMIT);
  } catch {
    // What only begins like gzip is no archive, and is copied.
    return undefined;
  }
  return isTar(tar) ? tar : undefined;
}
