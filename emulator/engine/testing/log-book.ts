import type { TaskKey } from "../runtime.ts";
import { Listeners } from "../daemon/container/live.ts";

interface Log {
  readonly lines: string[];
  readonly written: Listeners<undefined>;
}

/** The logs of all tasks, in Docker's json-file format. */
export class LogBook {
  readonly #logs = new Map<string, Log>();
  readonly #running = new Set<TaskKey>();
  readonly #ended = new Listeners<TaskKey>();

  #log(path: string): Log {
    const log = this.#logs.get(path) ?? { lines: [], written: new Listeners<undefined>() };
    this.#logs.set(path, log);
    return log;
  }

  started(key: TaskKey): void {
    this.#running.add(key);
  }

  ended(key: TaskKey): void {
    this.#running.delete(key);
    this.#ended.tell(key);
  }

  append(path: string, stream: "stdout" | "stderr", text: string, time: number): void {
    const log = this.#log(path);
    log.lines.push(`${JSON.stringify({ log: text, stream, time: new Date(time).toISOString() })}\n`);
    log.written.tell(undefined);
  }

  read(
    path: string,
    options: { follow: TaskKey | undefined; tailLines: number | undefined; signal: AbortSignal },
  ): ReadableStream<Uint8Array> {
    const log = this.#log(path);
    const encoder = new TextEncoder();
    let at = options.tailLines === undefined ? 0 : Math.max(0, log.lines.length - options.tailLines);
    const more = (): Promise<void> =>
      new Promise((resolve) => {
        const done = (): void => {
          endWritten();
          endEnded();
          options.signal.removeEventListener("abort", done);
          resolve();
        };
        const endWritten = log.written.add(done);
        const endEnded = this.#ended.add(done);
        options.signal.addEventListener("abort", done, { once: true });
      });
    return new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          for (;;) {
            const line = log.lines[at];
            if (options.signal.aborted) break;
            if (line !== undefined) {
              at++;
              controller.enqueue(encoder.encode(line));
              return;
            }
            if (options.follow === undefined || !this.#running.has(options.follow)) break;
            await more();
          }
          controller.close();
        },
      },
      { highWaterMark: 0 },
    );
  }
}
