import type { BuildRecord } from "../../spec/build.ts";
import type { Engine } from "../../engine/engine.ts";
import { InsideError, json, type InsidePart } from "./inside.ts";

const encoder = new TextEncoder();

/**
 * `/builds`: the last builds, newest last. `/builds/stream`: the same records, one JSON object a line, and again whichever
 * changes, until the reader goes. A reader that is slow is told of the last state of each only.
 */
export function buildsPart(builds: Engine["builds"]): InsidePart {
  return (request) => {
    if (request.method !== "GET") return Promise.reject(new InsideError(400, "builds are only read"));
    switch (request.path) {
      case "/":
        return Promise.resolve(json(builds.all()));
      case "/stream":
        return Promise.resolve({
          status: 200,
          headers: { "content-type": "application/x-ndjson" },
          body: changes(builds, request.signal),
        });
      default:
        return Promise.reject(new InsideError(404, `there is no ${request.path} of builds`));
    }
  };
}

function changes(builds: Engine["builds"], signal: AbortSignal): ReadableStream<Uint8Array> {
  const changed = new Map<string, BuildRecord>(builds.all().map((record) => [record.id, record]));
  let wake: () => void = () => undefined;
  const end = builds.subscribe((record) => {
    changed.delete(record.id);
    changed.set(record.id, record);
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
        if (signal.aborted) {
          controller.close();
          return;
        }
        const lines = [...changed.values()].map((record) => `${JSON.stringify(record)}\n`);
        changed.clear();
        controller.enqueue(encoder.encode(lines.join("")));
      },
      cancel() {
        signal.removeEventListener("abort", stop);
        stop();
      },
    },
    { highWaterMark: 0 },
  );
}
