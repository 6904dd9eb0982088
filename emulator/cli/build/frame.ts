import { byteProgress } from "./byte-size.ts";
import { painted, type BuildColors } from "./colors.ts";
import { mergeIntervals, seconds, type Interval } from "./interval.ts";
import { decodeText, isCanceled, isCompleted, latest, startedStatuses, type Step, type Trace } from "./trace.ts";
import { WINDOW_HEIGHT, WINDOW_MARGIN } from "./trace.ts";

export interface FrameOptions {
  readonly width: number;
  readonly height: number;
  /** Milliseconds since the epoch, of the local clock. */
  readonly now: number;
  /** `docker:default` */
  readonly description: string;
  readonly colors: BuildColors;
  /** The last frame: every line is in it, however many. */
  readonly last: boolean;
}

/** One line of the frame: a step, a status of it, or a warning. */
interface Line {
  readonly name: string;
  readonly status: string;
  readonly intervals: readonly Interval[];
  readonly completed: boolean;
  readonly color: keyof BuildColors;
  /** Set on a step's own line. */
  readonly step: Step | undefined;
  window: readonly string[];
}

/** The frame of a build on a terminal, line by line, colours in it; no line is wider than the terminal. */
export function frame(trace: Trace, options: FrameOptions): string[] {
  const { width, now, description, last } = options;
  const ahead = trace.clockAhead ?? 0;
  const started = trace.startedAt === undefined ? now : trace.startedAt + ahead;
  const all = [...trace.byDigest.values()];
  const completed = all.filter(isCompleted).length;
  const finished = last && completed > 0 && completed === all.length ? "FINISHED" : "";
  const elapsed = Math.max(0, (now - started) / 1000).toFixed(1);
  const head = align(`[+] Building ${elapsed}s (${completed}/${all.length}) ${finished}`, description, width - 1);
  const lines = withWindows(trace.steps.flatMap(linesOf), options);
  return [head.slice(0, width), ...lines.flatMap((line) => printed(line, now - ahead, options))];
}

function linesOf(step: Step): Line[] {
  const { vertex } = step;
  const canceled = isCanceled(step);
  const failed = vertex.error !== undefined && !canceled;
  const prefix = `${vertex.cached === true ? "CACHED " : ""}${canceled ? "CANCELED " : failed ? "ERROR " : ""}`;
  const own: Line = {
    name: prefix + vertex.name.replaceAll("\t", " "),
    status: "",
    intervals: mergeIntervals(step.times.values()),
    completed: isCompleted(step),
    color: canceled ? "cancel" : failed ? "error" : "run",
    step,
    window: [],
  };
  const statuses = startedStatuses(step).map(({ id, current, total, started, completed: stop }): Line => {
    const intervals = started === undefined ? [] : [{ start: started, stop }];
    const status = byteProgress(current, total);
    return {
      name: `=> ${id}`,
      status,
      intervals,
      completed: stop !== undefined,
      color: "run",
      step: undefined,
      window: [],
    };
  });
  const time = latest(step);
  const warnings = step.warnings.map(({ short }): Line => {
    const intervals = time === undefined ? [] : [time];
    const name = `WARN: ${decodeText(short)}`;
    return { name, status: "", intervals, completed: false, color: "cancel", step: undefined, window: [] };
  });
  return [own, ...statuses, ...warnings];
}

/** Gives the busiest of the running steps a window of their output, as long as there is room. */
function withWindows(lines: readonly Line[], { width, height, last }: FrameOptions): readonly Line[] {
  const open = lines.filter(({ completed }) => !completed);
  const talking = open
    .filter(({ step }) => step !== undefined && step.bytes > 0)
    .sort((a, b) => (b.step?.bytes ?? 0) - (a.step?.bytes ?? 0));
  let free = height - 2 - open.length;
  let taken = 0;
  for (const line of talking) {
    if (free <= WINDOW_HEIGHT + 3) break;
    line.step?.window?.resize(WINDOW_HEIGHT, width - WINDOW_MARGIN);
    line.window = line.step?.window?.lines() ?? [];
    taken += line.window.length;
    free -= WINDOW_HEIGHT + 3;
  }
  return last ? lines : fitted(lines, height - 2 - taken);
}

/** The last lines that fit, what still runs above them kept in place of what is done. */
function fitted(lines: readonly Line[], limit: number): readonly Line[] {
  if (limit < 0) return [];
  if (lines.length <= limit) return lines;
  const shown = lines.slice(lines.length - limit);
  const hidden = lines.slice(0, lines.length - limit).filter(({ completed }) => !completed);
  let spare = hidden.length;
  const kept = shown.filter(({ completed }) => {
    const stays = !completed || spare <= 0;
    spare--;
    return stays;
  });
  const room = shown.length - kept.length;
  return [...hidden.slice(hidden.length - room), ...kept];
}

function printed(line: Line, now: number, { width, colors }: FrameOptions): string[] {
  if (line.intervals.length === 0) return [];
  const spent = seconds(line.intervals, now);
  const timer = ` ${(spent < 0.05 ? 0 : spent).toFixed(1)}s`;
  let left = width - " => ".length - timer.length - 2;
  const showsStatus = line.status !== "" && left + line.status.length > 20;
  if (showsStatus) left -= line.status.length + 1;
  if (left < 12) return [];
  const name = [...line.name].slice(0, left).join("");
  const text = align(` => ${name}${showsStatus ? ` ${line.status}` : ""}`, timer, width - 1);
  const own = line.completed ? painted(text, colors[line.color]) : text;
  return [own, ...line.window.map((output) => painted(` => => # ${output}`, "2"))];
}

/** `left` and `right` at the two ends of `width` columns, with a blank between them at least. */
function align(left: string, right: string, width: number): string {
  return `${left.padEnd(width - right.length - 1)} ${right}`;
}
