import { SaveDamaged } from "./errors.ts";

/** Raw DEFLATE by the platform, which works off the caller's turn of the event loop. */
export async function deflate(bytes: Uint8Array): Promise<Uint8Array> {
  const { readable, writable } = new CompressionStream("deflate-raw");
  const pieces: Uint8Array[] = [];
  await Promise.all([
    write(writable as WritableStream<Uint8Array>, bytes),
    read(readable, (piece) => pieces.push(piece)),
  ]);
  return join(pieces);
}

/** Inflates to exactly `size` bytes; more, fewer or malformed input is SaveDamaged. */
export async function inflate(bytes: Uint8Array, size: number): Promise<Uint8Array> {
  const { readable, writable } = new DecompressionStream("deflate-raw");
  const inflated = new Uint8Array(size);
  let length = 0;
  const writing = write(writable as WritableStream<Uint8Array>, bytes).catch(() => undefined);
  try {
    await read(readable, (piece) => {
      if (length + piece.length > size) throw new SaveDamaged(`more than the ${size} bytes that were announced`);
      inflated.set(piece, length);
      length += piece.length;
    });
  } catch (error) {
    if (error instanceof SaveDamaged) throw error;
    throw new SaveDamaged(`malformed compressed data: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    await writing;
  }
  if (length !== size) throw new SaveDamaged(`${length} bytes instead of the ${size} that were announced`);
  return inflated;
}

async function write(writable: WritableStream<Uint8Array>, bytes: Uint8Array): Promise<void> {
  const writer = writable.getWriter();
  await writer.write(bytes);
  await writer.close();
}

async function read(readable: ReadableStream<Uint8Array>, take: (piece: Uint8Array) => void): Promise<void> {
  const reader = readable.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      take(value);
    }
  } catch (error) {
    // The source may have failed itself, which is the error that is thrown.
    await reader.cancel(error).catch(() => undefined);
    throw error;
  }
}

function join(pieces: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let offset = 0;
  for (const piece of pieces) {
    joined.set(piece, offset);
    offset += piece.length;
  }
  return joined;
}
