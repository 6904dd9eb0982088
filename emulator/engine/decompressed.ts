/** Clients may send archives gzipped; what begins with gzip's magic is decompressed, all else passes. */
export function decompressed(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let source: ReadableStreamDefaultReader<Uint8Array> | undefined;
  const rest = (first: Uint8Array | undefined): ReadableStream<Uint8Array> =>
    new ReadableStream<Uint8Array>(
      {
        start(controller) {
          if (first !== undefined) controller.enqueue(first);
        },
        async pull(controller) {
          const { done, value } = await reader.read();
          if (done) controller.close();
          else controller.enqueue(value);
        },
        cancel: (reason) => reader.cancel(reason),
      },
      { highWaterMark: 0 },
    );
  const open = async (): Promise<ReadableStreamDefaultReader<Uint8Array>> => {
    const { done, value } = await reader.read();
    if (done) return rest(undefined).getReader();
    const gzip = value[0] === 0x1f && value[1] === 0x8b;
    return (gzip ? rest(value).pipeThrough(gunzip()) : rest(value)).getReader();
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        source ??= await open();
        const { done, value } = await source.read();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: (reason) => (source ?? reader).cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

/** The platform's types differ in what the writable end takes; both take bytes. */
function gunzip(): { readable: ReadableStream<Uint8Array>; writable: WritableStream<Uint8Array> } {
  return new DecompressionStream("gzip") as unknown as ReturnType<typeof gunzip>;
}
