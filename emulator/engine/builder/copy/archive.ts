import { GUNZIP_LIMIT, gunzip, isGzip } from "../../../image/gzip.ts";
import { readTar } from "../../../image/tar/read.ts";
import { CopyError } from "./request.ts";

const magics: readonly (readonly [format: string, bytes: readonly number[]])[] = [
  ["bzip2", [0x42, 0x5a, 0x68]],
  ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
];

/** A compression that Docker reads and this machine does not: its name. */
export function unreadableFormat(bytes: Uint8Array): string | undefined {
  return magics.find(([, magic]) => magic.every((byte, i) => bytes[i] === byte))?.[0];
}

/** Whether bytes begin as a tar does: with the header of an entry. */
export function isTar(bytes: Uint8Array): boolean {
  try {
    return readTar(bytes).next().done !== true;
  } catch {
    return false;
  }
}

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
