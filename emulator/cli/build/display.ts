import type { SolveStatus, VertexWarning } from "../../spec/build.ts";
import type { OutputStream } from "../invocation.ts";
import type { BuildColors } from "./colors.ts";
import { errorLogs } from "./error-text.ts";
import { frame } from "./frame.ts";
import { PlainPrinter } from "./plain.ts";
import { Trace } from "./trace.ts";

export type ProgressMode = "tty" | "plain" | "quiet" | "rawjson";

/** How a build shows itself while it runs. Nothing else may be written to the output until `end` has resolved. */
export interface BuildDisplay {
  readonly warnings: readonly VertexWarning[];
  /** `raw` is the status as the engine sent it. Rejects with BrokenPipe when the reader is gone. */
  apply(status: SolveStatus, raw: object): Promise<void>;
  /** Ends what still runs as cancelled. */
  cancel(): void;
  /** The last state, and the output of what failed. */
  end(): Promise<void>;
}

export interface DisplayOptions {
  readonly output: OutputStream;
  readonly size: () => { readonly columns: number; readonly rows: number };
  readonly now: () => number;
  readonly colors: BuildColors;
  /** On the first line of plain progress, and at the right edge of a frame. */
  readonly description: { readonly plain: string; readonly tty: string };
}

/** Milliseconds between two frames, and after which a frame comes though nothing was told: the timers run. */
const FRAME = 100;
const TICK = 150;

export function buildDisplay(mode: ProgressMode, options: DisplayOptions): BuildDisplay {
  const trace = new Trace();
  switch (mode) {
    case "tty":
      return redrawn(trace, options, new TerminalFrames(trace, options));
    case "plain":
      return redrawn(trace, options, new PlainLines(trace, options));
    case "rawjson":
      return rawJson(trace, options);
    case "quiet":
      return {
        warnings: trace.warnings,
        apply: () => Promise.resolve(),
        cancel: () => undefined,
        end: () => Promise.resolve(),
      };
  }
}

/** What is drawn anew, whole or in part, when something changed or time went by. */
interface Drawing {
  readonly width: () => number | undefined;
  draw(last: boolean): string;
  failures(): string;
}

function redrawn(trace: Trace, { output, now }: DisplayOptions, drawing: Drawing): BuildDisplay {
  let drawnAt = -Infinity;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** One write at a time, in order; a frame that comes while one is under way waits for the next tick. */
  let writing: Promise<void> | undefined;
  let failure: unknown;
  const write = (text: string): Promise<void> => {
    const next = output.write(text).catch((error: unknown) => {
      failure ??= error;
      clearTimeout(timer);
    });
    writing = next.finally(() => {
      writing = undefined;
    });
    return next;
  };
  const draw = (): void => {
    clearTimeout(timer);
    if (failure !== undefined) return;
    timer = setTimeout(draw, TICK);
    if (writing !== undefined) return;
    drawnAt = now();
    const text = drawing.draw(false);
    if (text !== "") void write(text);
  };
  return {
    warnings: trace.warnings,
    apply(status) {
      if (failure !== undefined) return Promise.reject(failure as Error);
      trace.apply(status, now(), drawing.width());
      if (now() - drawnAt >= FRAME) draw();
      return writing ?? Promise.resolve();
    },
    cancel: () => trace.cancel(now()),
    async end() {
      clearTimeout(timer);
      await writing;
      if (failure !== undefined) throw failure as Error;
      await output.write(drawing.draw(true) + drawing.failures());
    },
  };
}

/** Frames over one another: the cursor goes up to where the last one began. */
class TerminalFrames implements Drawing {
  #lines = 0;

  constructor(
    readonly trace: Trace,
    readonly options: DisplayOptions,
  ) {}

  readonly width = (): number => this.options.size().columns;

  draw(last: boolean): string {
    const { size, now, description, colors } = this.options;
    const { columns: width, rows: height } = size();
    const lines = frame(this.trace, { width, height, now: now(), description: description.tty, colors, last });
    const surplus = this.#lines - lines.length;
    const up = this.#lines === 0 ? "" : `\x1b[${this.#lines}A`;
    const blank = surplus > 0 ? `${`${" ".repeat(width - 1)}\n`.repeat(surplus)}\x1b[${surplus}A` : "";
    this.#lines = lines.length;
    return `${up}\x1b[0G\x1b[?25l${lines.map((line) => `${line}\n`).join("")}${blank}\x1b[?25h`;
  }

  failures(): string {
    return errorLogs(this.trace, ({ logs }) => logs);
  }
}

class PlainLines implements Drawing {
  readonly #printer: PlainPrinter;

  constructor(
    readonly trace: Trace,
    readonly options: DisplayOptions,
  ) {
    this.#printer = new PlainPrinter(options.description.plain);
  }

  readonly width = (): undefined => undefined;

  draw(): string {
    return this.#printer.print(this.trace, this.options.now());
  }

  failures(): string {
    return errorLogs(this.trace, (step) => this.#printer.logsOf(step));
  }
}

function rawJson(trace: Trace, { output, now }: DisplayOptions): BuildDisplay {
  return {
    warnings: trace.warnings,
    async apply(status, raw) {
      trace.apply(status, now());
      const json = JSON.stringify(raw).replace(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`);
      await output.write(`${json}\n`);
    },
    cancel: () => undefined,
    end: () => Promise.resolve(),
  };
}
