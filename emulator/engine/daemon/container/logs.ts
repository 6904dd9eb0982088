import * as v from "valibot";
import { NotImplemented } from "../../errors.ts";
import type { ContainerRecord } from "../../records.ts";
import { stderrStream, stdcopyFrame, stdoutStream } from "../../stdcopy.ts";
import { parseTimestamp } from "../../timestamp.ts";
import type { Daemon } from "../daemon.ts";
import { logAttributes, logFile } from "./log-config.ts";

export interface LogOptions {
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly follow: boolean;
  /** Lines; undefined for all. */
  readonly tail: number | undefined;
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch. */
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  readonly timestamps?: boolean;
  readonly details?: boolean;
}

interface LogLine {
  readonly log: string;
  readonly stream: "stdout" | "stderr";
  readonly time: string;
}

const lineSchema = v.object({ log: v.string(), stream: v.picklist(["stdout", "stderr"]), time: v.string() });

/** The container's log as attach and `logs` send it: frames, or raw bytes when it has a terminal. */
export async function logStream(
  daemon: Daemon,
  container: ContainerRecord,
  options: LogOptions,
): Promise<ReadableStream<Uint8Array>> {
  if (container.hostConfig.LogConfig?.Type === "none")
    throw new NotImplemented("configured logging driver does not support reading");
  const live = daemon.containers.live(container);
  await live.prepared;
  const log = logFile(container, daemon.world.host.log);
  if (log === undefined) throw new NotImplemented("configured logging driver does not support reading");
  const ending = new AbortController();
  const signal = AbortSignal.any([options.signal, daemon.closed, ending.signal]);
  const bytes = daemon.world.files.readLog(log, {
    follow: options.follow && container.state.running ? container.id : undefined,
    tailLines: options.tail,
    signal,
  });
  const lines = readLines(bytes, daemon.world.report)[Symbol.asyncIterator]();
  const render = renderer(container, options);
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        for (;;) {
          let next: IteratorResult<LogLine>;
          try {
            next = await lines.next();
          } catch (error) {
            if (signal.aborted) controller.close();
            else controller.error(error);
            return;
          }
          if (next.done === true) {
            controller.close();
            return;
          }
          const time = Date.parse(next.value.time);
          if (options.until !== undefined && time > options.until) {
            ending.abort();
            controller.close();
            return;
          }
          if (options.since !== undefined && time < options.since) continue;
          if (!options[next.value.stream]) continue;
          controller.enqueue(render(next.value));
          return;
        }
      },
      cancel() {
        ending.abort();
      },
    },
    { highWaterMark: 0 },
  );
}

function renderer(container: ContainerRecord, options: LogOptions): (line: LogLine) => Uint8Array {
  const encoder = new TextEncoder();
  const attributes =
    options.details === true
      ? `${Object.entries(logAttributes(container))
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
          .join(",")} `
      : "";
  const tty = container.config.Tty === true;
  return (line) => {
    const time = options.timestamps === true ? `${paddedTime(line.time)} ` : "";
    const bytes = encoder.encode(`${time}${attributes}${line.log}`);
    return tty ? bytes : stdcopyFrame(line.stream === "stdout" ? stdoutStream : stderrStream, bytes);
  };
}

/** Nine decimals always, so that lines stand below each other. */
function paddedTime(time: string): string {
  const match = /^(.*T\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(time);
  if (match === null) return time;
  return `${match[1] ?? ""}.${(match[2] ?? "").padEnd(9, "0")}${match[3] ?? ""}`;
}

/** Lines of Docker's json-file format. A line that is none (a disk that filled up in its middle) is told of and left out. */
async function* readLines(
  bytes: ReadableStream<Uint8Array>,
  report: (what: string, cause: unknown) => void,
): AsyncGenerator<LogLine> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of bytes) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = parts.pop() ?? "";
    for (const part of parts) {
      const line = parseLine(part, report);
      if (line !== undefined) yield line;
    }
  }
}

function parseLine(text: string, report: (what: string, cause: unknown) => void): LogLine | undefined {
  if (text === "") return undefined;
  try {
    return v.parse(lineSchema, JSON.parse(text));
  } catch (error) {
    report("reading a container's log", error);
    return undefined;
  }
}

/** `since` and `until` of the query; `0` and nothing mean no limit. */
export function logTime(text: string, now: number): number | undefined {
  return text === "" || text === "0" ? undefined : parseTimestamp(text, now);
}
