import type { Traces } from "../traces.ts";
import { InsideError, json, type InsidePart } from "./inside.ts";

const encoder = new TextEncoder();
/** Changes come in bursts, and the machine has other work: milliseconds between two answers to a reader. */
const settle = 50;

/**
 * `GET /`: the last calls of `docker`, oldest first. `GET /stream`: the same, one JSON object a line, and again whichever
 * changes, until the reader goes. A reader that is slow is told of the last state of each only.
 */
export function tracePart(traces: Traces): InsidePart {
  return ({ method, path, signal }) => {
    if (method !== "GET") return Promise.reject(new InsideError(400, "commands are only read"));
    switch (path) {
      case "/":
        return Promise.resolve(json(traces.all()));
      case "/stream":
        return Promise.resolve({
          status: 200,
          headers: { "content-type": "application/x-ndjson" },
          body: changes(traces, signal),
        });
      default:
        return Promise.reject(new InsideError(404, `there is no ${path} of commands`));
    }
  };
}

function changes(traces: Traces, signal: AbortSignal): ReadableStream<Uint8Array> {
  const changed = new Set(traces.all().map(({ number }) => number));
  let wake: () => void = () => undefined;
  let isFirst = true;
  const end = traces.subscribe((number) => {
    changed.add(number);
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
        if (!isFirst && !signal.aborted) await pause(signal);
        isFirst = false;
        if (signal.aborted) return controller.close();
        const lines = [...changed].sort((a, b) => a - b).flatMap((number) => traces.get(number) ?? []);
        changed.clear();
        controller.enqueue(encoder.encode(lines.map((trace) => `${JSON.stringify(trace)}\n`).join("")));
      },
      cancel() {
        signal.removeEventListener("abort", stop);
        stop();
      },
    },
    { highWaterMark: 0 },
  );
}

function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, settle);
    signal.addEventListener("abort", done, { once: true });
  });
}
