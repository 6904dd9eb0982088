import type { LogFile, TaskExit, TaskStdio, TaskStreams } from "../runtime.ts";
import type { Clock } from "../world.ts";
import type { LogBook } from "./log-book.ts";

type Output = "stdout" | "stderr";

interface Reader {
  readonly kind: Output;
  readonly controller: ReadableStreamDefaultController<Uint8Array>;
}

/** Ends a program from inside a wait when its process is killed. */
export class Killed extends Error {
  constructor(readonly signal: number) {
    super(`killed by signal ${String(signal)}`);
  }
}

/** The stdio of a task: what is put out goes to the log and to every reader that is attached. */
export class MemoryStdio {
  readonly options: TaskStdio;
  readonly #readers: Reader[] = [];
  readonly #input: Uint8Array[] = [];
  #inputEnded: boolean;
  #inputWaiter: (() => void) | undefined;
  readonly #partial: Record<Output, string> = { stdout: "", stderr: "" };
  ended = false;

  constructor(options: TaskStdio) {
    this.options = options;
    this.#inputEnded = !options.stdin;
  }

  attach(want: { stdin: boolean; stdout: boolean; stderr: boolean }): TaskStreams {
    return {
      stdin: want.stdin ? this.#inputStream() : undefined,
      stdout: want.stdout ? this.#outputStream("stdout") : undefined,
      stderr: want.stderr && this.options.terminal === undefined ? this.#outputStream("stderr") : undefined,
    };
  }

  #outputStream(kind: Output): ReadableStream<Uint8Array> {
    let reader: Reader | undefined;
    return new ReadableStream<Uint8Array>({
      start: (controller) => {
        reader = { kind, controller };
        if (this.ended) controller.close();
        else this.#readers.push(reader);
      },
      cancel: () => {
        const at = reader === undefined ? -1 : this.#readers.indexOf(reader);
        if (at >= 0) this.#readers.splice(at, 1);
      },
    });
  }

  #inputStream(): WritableStream<Uint8Array> {
    return new WritableStream<Uint8Array>({
      write: (bytes) => {
        this.#input.push(bytes);
        this.wake();
      },
      close: () => {
        if (!this.options.stdinOnce) return;
        this.#inputEnded = true;
        this.wake();
      },
    });
  }

  wake(): void {
    this.#inputWaiter?.();
    this.#inputWaiter = undefined;
  }

  /** Undefined at the end of the input. */
  async read(): Promise<Uint8Array | undefined> {
    for (;;) {
      const bytes = this.#input.shift();
      if (bytes !== undefined) return bytes;
      if (this.#inputEnded || this.ended) return undefined;
      await new Promise<void>((resolve) => {
        this.#inputWaiter = resolve;
      });
    }
  }

  write(kind: Output, text: string, logs: LogBook, clock: Clock): void {
    const shown = this.options.terminal === undefined ? text : text.replaceAll("\n", "\r\n");
    const stream = this.options.terminal === undefined ? kind : "stdout";
    const bytes = new TextEncoder().encode(shown);
    for (const reader of this.#readers) if (reader.kind === stream) reader.controller.enqueue(bytes);
    const lines = (this.#partial[stream] + shown).split("\n");
    this.#partial[stream] = lines.pop() ?? "";
    const { log } = this.options;
    if (log !== undefined) for (const line of lines) logs.append(log.path, stream, `${line}\n`, clock.now());
  }

  end(logs: LogBook, clock: Clock): void {
    if (this.ended) return;
    this.ended = true;
    this.#flush(this.options.log, logs, clock);
    this.wake();
    for (const { controller } of this.#readers.splice(0)) controller.close();
  }

  #flush(log: LogFile | undefined, logs: LogBook, clock: Clock): void {
    for (const stream of ["stdout", "stderr"] as const)
      if (log !== undefined && this.#partial[stream] !== "")
        logs.append(log.path, stream, this.#partial[stream], clock.now());
  }
}

export interface Task {
  readonly key: string;
  /** The container it runs in. */
  readonly containerId: string;
  readonly pid: number;
  readonly stdio: MemoryStdio;
  readonly args: readonly string[];
  readonly isInit: boolean;
  readonly exited: Promise<TaskExit>;
  /** Handlers that the program has set with `trap`. */
  readonly traps: Map<number, () => void>;
  exit: TaskExit | undefined;
  kill(signal: number): void;
}
