const encoder = new TextEncoder();

/** Tells of each thing that is there, and again of whichever changes; `read` answers undefined once it is gone. */
export type Tell = (key: string | number, read: () => unknown) => void;

/**
 * A body of JSON objects, one a line (application/x-ndjson), until `signal` is aborted or the reader goes; then `follow`'s
 * result is called. A reader that is slow is told of the last state of each only, and at most every `settle` milliseconds.
 */
export function changes(
  follow: (tell: Tell) => () => void,
  signal: AbortSignal,
  settle = 0,
): ReadableStream<Uint8Array> {
  const changed = new Map<string | number, () => unknown>();
  let wake: () => void = () => undefined;
  let isFirst = true;
  const end = follow((key, read) => {
    // What changed last comes last.
    changed.delete(key);
    changed.set(key, read);
    wake();
  });
  const stop = (): void => {
    end();
    wake();
  };
  signal.addEventListener("abort", stop, { once: true });
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        while (changed.size === 0 && !signal.aborted) await new Promise<void>((resolve) => (wake = resolve));
        if (!isFirst && settle > 0 && !signal.aborted) await pause(settle, signal);
        isFirst = false;
        if (signal.aborted) return controller.close();
        const present = [...changed.values()].map((read) => read()).filter((value) => value !== undefined);
        changed.clear();
        controller.enqueue(encoder.encode(present.map((value) => `${JSON.stringify(value)}\n`).join("")));
      },
      cancel() {
        signal.removeEventListener("abort", stop);
        stop();
      },
    },
    { highWaterMark: 0 },
  );
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", done, { once: true });
  });
}
