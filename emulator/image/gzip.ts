import { Gunzip, gzipSync } from "fflate";
import { concat } from "./tar/pax.ts";

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

export class GzipError extends Error {
  constructor(cause: unknown) {
    super(`gzip: invalid data: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = "GzipError";
  }
}

/** Uncompressed bytes never grow past this in one call: a small archive can claim any size. */
export const GUNZIP_LIMIT = 2 ** 30;

/** All members, one after the other. */
export async function gunzip(bytes: Uint8Array, limit: number = GUNZIP_LIMIT): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await native(bytes, limit);
  } catch (error) {
    if (error instanceof TooLarge) throw error;
    // Browsers end with an error after the first member of several (Node does not); fflate reads them all.
    return everyMember(bytes, limit);
  }
}

class TooLarge extends GzipError {}

async function native(bytes: Uint8Array, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const { readable, writable } = new DecompressionStream("gzip");
  const writer = writable.getWriter();
  // Both also end by the reader's error below, which is the one that tells.
  const written = writer.write(bytes as Uint8Array<ArrayBuffer>).then(() => writer.close());
  written.catch(() => undefined);
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of readable) {
    size += part.length;
    if (size > limit) throw new TooLarge(`more than ${String(limit)} bytes`);
    parts.push(part);
  }
  await written;
  return concat(parts);
}

function everyMember(bytes: Uint8Array, limit: number): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  let ended = false;
  const decoder = new Gunzip((part, final) => {
    size += part.length;
    if (size > limit) throw new TooLarge(`more than ${String(limit)} bytes`);
    if (part.length > 0) parts.push(part);
    ended = final;
  });
  try {
    decoder.push(bytes, true);
  } catch (error) {
    throw error instanceof TooLarge ? error : new GzipError(error);
  }
  if (!ended) throw new GzipError("unexpected EOF");
  return concat(parts);
}

/** Deterministic: no name, no time, and always the same compressor. */
export function gzip(bytes: Uint8Array, level: 1 | 6 | 9 = 6): Uint8Array {
  return gzipSync(bytes, { level, mtime: 0 });
}
