import type { SolveStatus, Vertex, VertexLog, VertexStatus, VertexWarning } from "../../spec/build.ts";
import { mergeIntervals, type Interval } from "./interval.ts";
import { LogWindow } from "./log-window.ts";

/** Lines of a running step's window, and columns it leaves to its frame. */
export const WINDOW_HEIGHT = 6;
export const WINDOW_MARGIN = 10;

/** A line under a step: bytes under way, what is written or named. Times are milliseconds since the epoch. */
export interface StatusLine {
  readonly id: string;
  readonly current: number;
  readonly total: number;
  readonly timestamp: number;
  readonly started: number | undefined;
  readonly completed: number | undefined;
}

/** A vertex of the build with all that has been told of it. */
export interface Step {
  readonly digest: string;
  vertex: Vertex;
  readonly times: Map<number, Interval>;
  readonly statuses: Map<string, StatusLine>;
  /** Ids of statuses that changed since they were last printed. */
  readonly fresh: Set<string>;
  /** Lines of output, the seconds since the step began in front. */
  logs: string[];
  /** The last line has no line break yet. */
  partial: boolean;
  readonly decoder: TextDecoder;
  readonly warnings: VertexWarning[];
  readonly window: LogWindow | undefined;
  /** Bytes of output, by which the busiest steps get a window. */
  bytes: number;
  /** Events since the step was last left, and when it was first told of. */
  events: number;
  firstEvent: number | undefined;
}

/** A build as it has been told so far. `apply` takes what comes next; the displays only read. */
export class Trace {
  /** Every vertex there is, also those that have not started. */
  readonly byDigest = new Map<string, Step>();
  /** Those that have started, in that order. */
  readonly steps: Step[] = [];
  /** Digests of what changed since the plain display looked. */
  readonly updates = new Set<string>();
  readonly warnings: VertexWarning[] = [];
  startedAt: number | undefined;
  /** What the local clock is ahead of the engine's. */
  clockAhead: number | undefined;

  /** `width`: columns of the terminal; undefined when there is none, and steps get no window. */
  apply(status: SolveStatus, now: number, width?: number): void {
    for (const vertex of status.vertexes ?? []) this.#vertex(vertex, now, width);
    for (const line of status.statuses ?? []) this.#status(line, now);
    for (const warning of status.warnings ?? []) this.#warning(warning, now);
    for (const log of status.logs ?? []) this.#log(log, now, width);
  }

  /** Ends what still runs, as a cancelled build does; the engine can tell no more of it. */
  cancel(now: number): void {
    const completed = new Date(now - (this.clockAhead ?? 0)).toISOString();
    const open = this.steps.filter((step) => isStarted(step) && !isCompleted(step));
    this.apply({ vertexes: open.map(({ vertex }) => ({ ...vertex, completed, error: CANCELED })) }, now);
  }

  #vertex(vertex: Vertex, now: number, width: number | undefined): void {
    const started = timeOf(vertex.started);
    this.startedAt ??= started;
    const known = this.byDigest.get(vertex.digest);
    const step = known ?? newStep(vertex, width);
    if (known === undefined) this.byDigest.set(vertex.digest, step);
    const before = step.vertex;
    const wasStarted = isStarted(step);
    if (started !== undefined) {
      if (known === undefined || !wasStarted || hasChanged(before, vertex)) this.#touch(step, now);
      this.clockAhead ??= now - started;
      if (!wasStarted) this.steps.push(step);
      step.times.set(started, { start: started, stop: timeOf(vertex.completed) });
    }
    // A vertex may be told of again without its times: that takes nothing back.
    if (!wasStarted || started !== undefined) step.vertex = vertex;
  }

  #status(line: VertexStatus, now: number): void {
    const step = this.byDigest.get(line.vertex);
    if (step === undefined) return;
    const started = timeOf(line.started);
    const { id, current, total = 0 } = line;
    const timestamp = timeOf(line.timestamp) ?? now;
    step.statuses.set(id, { id, current, total, timestamp, started, completed: timeOf(line.completed) });
    step.fresh.add(id);
    this.#touch(step, now);
  }

  #warning(warning: VertexWarning, now: number): void {
    this.warnings.push(warning);
    const step = this.byDigest.get(warning.vertex);
    if (step === undefined) return;
    step.warnings.push(warning);
    this.#touch(step, now);
  }

  #log(log: VertexLog, now: number, width: number | undefined): void {
    const step = this.byDigest.get(log.vertex);
    if (step === undefined) return;
    const bytes = decodeBase64(log.data);
    const text = step.decoder.decode(bytes, { stream: true });
    step.bytes += bytes.length;
    if (width !== undefined) step.window?.resize(WINDOW_HEIGHT, width - WINDOW_MARGIN);
    step.window?.write(text);
    const lines = text.split("\n");
    const ended = lines.at(-1) === "";
    if (ended) lines.pop();
    for (const [index, line] of lines.entries())
      if (index === 0 && step.partial && step.logs.length > 0) step.logs[step.logs.length - 1] += line;
      else step.logs.push(`${elapsed(step, timeOf(log.timestamp) ?? now)} ${line}`);
    if (text !== "") step.partial = !ended;
    this.#touch(step, now);
  }

  #touch(step: Step, now: number): void {
    if (step.events === 0) step.firstEvent = now;
    step.events++;
    this.updates.add(step.digest);
  }
}

export const CANCELED = "context canceled";

export function isCanceled(step: Step): boolean {
  return step.vertex.error?.endsWith(CANCELED) === true;
}

export function isStarted(step: Step): boolean {
  return step.times.size > 0;
}

export function isCompleted(step: Step): boolean {
  return latest(step)?.stop !== undefined;
}

/** The last time the step ran. */
export function latest(step: Step): Interval | undefined {
  return mergeIntervals(step.times.values()).at(-1);
}

/** Statuses in the order they began; one that has not begun is not shown. */
export function startedStatuses(step: Step): StatusLine[] {
  return [...step.statuses.values()].filter(({ started }) => started !== undefined);
}

/** A text that travels as base64 of UTF-8; one that is not base64 is taken as it stands. */
export function decodeText(base64: string): string {
  return new TextDecoder().decode(decodeBase64(base64));
}

function decodeBase64(text: string): Uint8Array {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return new TextEncoder().encode(text);
  }
}

function newStep(vertex: Vertex, width: number | undefined): Step {
  return {
    digest: vertex.digest,
    vertex,
    times: new Map(),
    statuses: new Map(),
    fresh: new Set(),
    logs: [],
    partial: false,
    decoder: new TextDecoder(),
    warnings: [],
    window: width === undefined ? undefined : new LogWindow(WINDOW_HEIGHT, width - WINDOW_MARGIN),
    bytes: 0,
    events: 0,
    firstEvent: undefined,
  };
}

function hasChanged(before: Vertex, after: Vertex): boolean {
  return (
    before.name !== after.name ||
    before.started !== after.started ||
    (before.completed !== after.completed && after.completed !== undefined) ||
    before.cached !== after.cached ||
    before.error !== after.error
  );
}

/** `0.123`: seconds since the step began, three digits behind the point at first. */
function elapsed(step: Step, at: number): string {
  const start = latest(step)?.start;
  const seconds = start === undefined ? 0 : (at - start) / 1000;
  return seconds.toFixed(seconds < 10 ? 3 : seconds < 100 ? 2 : 1);
}

function timeOf(text: string | undefined): number | undefined {
  const time = Date.parse(text ?? "");
  return Number.isNaN(time) ? undefined : time;
}
