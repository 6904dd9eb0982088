import { BLOCK, numberAt } from "../tar/header.ts";

const magics: readonly (readonly number[])[] = [
  [0x42, 0x5a, 0x68], // bzip2
  [0x1f, 0x8b, 0x08], // gzip
  [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], // xz
  [0x28, 0xb5, 0x2f, 0xfd], // zstd
];

/** Whether a file that begins so is a tar, or compressed; anything else is taken for a Dockerfile. */
export function isArchive(head: Uint8Array): boolean {
  if (magics.some((magic) => magic.every((byte, index) => head[index] === byte))) return true;
  const header = head.subarray(0, BLOCK);
  if (header.length < BLOCK || header[0] === 0) return false;
  try {
    const blanked = header.slice().fill(32, 148, 156);
    return blanked.reduce((sum, byte) => sum + byte, 0) === numberAt(header, 148, 8);
  } catch {
    // No octal number where a tar has its checksum.
    return false;
  }
}

/** The first bytes of a stream, fewer where it ends before, and the whole of it again. */
export async function peeked(
  stream: ReadableStream<Uint8Array>,
  length: number,
): Promise<{ readonly head: Uint8Array; readonly stream: ReadableStream<Uint8Array> }> {
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  let ended = false;
  while (size < length && !ended) {
    const next = await reader.read();
    ended = next.done;
    if (next.done) break;
    chunks.push(next.value);
    size += next.value.length;
  }
  const head = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    head.set(chunk, at);
    at += chunk.length;
  }
  const whole = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        if (size > 0) controller.enqueue(head);
        if (ended) controller.close();
      },
      async pull(controller) {
        const next = await reader.read();
        if (next.done) controller.close();
        else controller.enqueue(next.value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
  return { head, stream: whole };
}
