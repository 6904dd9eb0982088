import { ByteReader } from "./byte-reader.ts";
import { entries } from "./filter.ts";

/** The first of these files that a tar holds, or undefined; the stream is read no further than it must. */
export async function readTarFile(
  tar: ReadableStream<Uint8Array>,
  names: readonly string[],
): Promise<{ readonly name: string; readonly bytes: Uint8Array } | undefined> {
  const reader = new ByteReader(tar);
  for await (const { name, size, length } of entries(reader)) {
    const bytes = await reader.exactly(size);
    if (!names.includes(name)) continue;
    await reader.cancel();
    return { name, bytes: bytes.subarray(0, length) };
  }
  return undefined;
}
