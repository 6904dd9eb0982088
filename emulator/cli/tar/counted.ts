/** Passes a stream on and adds up its bytes. */
export function counted(stream: ReadableStream<Uint8Array>, into: { bytes: number }): ReadableStream<Uint8Array> {
  return stream.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        into.bytes += chunk.length;
        controller.enqueue(chunk);
      },
    }),
  );
}
