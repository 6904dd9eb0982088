import { byteProgress } from "./byte-size.ts";
import { mergeIntervals, seconds } from "./interval.ts";
import {
  decodeText,
  isCanceled,
  isCompleted,
  isStarted,
  latest,
  startedStatuses,
  type StatusLine,
  type Step,
  type Trace,
} from "./trace.ts";

/** After how long another step may take over from the one that is printed, in milliseconds. */
const TURN = 5000;
/** How long a step may wait for its turn. */
const PATIENCE = 10_000;
/** A status is printed again after this time, or this part of its total. */
const STATUS_TIME = 5000;
const STATUS_PART = 0.05;
/** Lines of output that are repeated under an error. */
const KEPT_LOGS = 10;

/**
 * The progress of a build as numbered lines: one step at a time is printed, and stays until it is done, is silent, or had
 * its share of time. `print` gives what is new in the trace.
 */
export class PlainPrinter {
  readonly #indexes = new Map<Step, number>();
  readonly #printed = new Map<Step, PrintedState>();
  readonly #description: string;
  #current: Step | undefined;
  #begun = false;

  constructor(description: string) {
    this.#description = description;
  }

  print(trace: Trace, now: number): string {
    const out: string[] = [];
    const changed = [...trace.updates].flatMap((digest) => trace.byDigest.get(digest) ?? []);
    const done = changed.filter(isCompleted).sort((a, b) => (latest(a)?.stop ?? 0) - (latest(b)?.stop ?? 0));
    const open = new Set(changed.filter((step) => !isCompleted(step)));
    const before = this.#current;
    const finished = before !== undefined && done.includes(before);
    if (finished) this.#step(trace, before, now, out);
    for (const step of done) if (step !== before) this.#step(trace, step, now, out);
    if (open.size === 0) this.#resume(trace, before, now, out);
    else this.#share(trace, open, finished ? undefined : before, now, out);
    return out.join("");
  }

  /** The last lines of a step's output, as an error repeats them. */
  logsOf(step: Step): readonly string[] {
    return this.#printed.get(step)?.logs ?? [];
  }

  /** Nothing new of what runs: the next of the open steps may show itself. */
  #resume(trace: Trace, current: Step | undefined, now: number, out: string[]): void {
    if (current !== undefined && isStarted(current) && !isCompleted(current)) return;
    const next = trace.steps.find((step) => !isCompleted(step));
    if (next !== undefined) this.#step(trace, next, now, out);
  }

  #share(trace: Trace, open: Set<Step>, current: Step | undefined, now: number, out: string[]): void {
    if (current !== undefined) {
      if (open.has(current)) this.#step(trace, current, now, out);
      open.add(current);
    }
    const rates = [...open].map((step) => {
      const waited = now - (step.firstEvent ?? now);
      return { step, waited, rate: step.events / Math.max(waited, 1), late: waited > PATIENCE && step !== current };
    });
    const total = rates.reduce((sum, { rate }) => sum + rate, 0);
    const [busiest] = rates.toSorted((a, b) => Number(b.late) - Number(a.late) || b.rate - a.rate);
    if (busiest === undefined) return;
    if (current === undefined) return this.#step(trace, busiest.step, now, out);
    const late = rates.find((rate) => rate.late);
    if (late !== undefined) return this.#step(trace, late.step, now, out);
    const own = rates.find(({ step }) => step === current);
    const share = own === undefined || total === 0 ? 0 : own.rate / total;
    if (own !== undefined && TURN / (1 - share) < own.waited) this.#step(trace, busiest.step, now, out);
  }

  #step(trace: Trace, step: Step, now: number, out: string[]): void {
    const index = this.#indexes.get(step) ?? this.#indexes.size + 1;
    this.#indexes.set(step, index);
    const printed = this.#printed.get(step) ?? { events: new Map(), warnings: 0, logs: [], column: 0 };
    this.#printed.set(step, printed);
    if (step !== this.#current) this.#turnTo(step, index, out);
    const open = this.#statuses(step, index, printed, out);
    for (const { short } of step.warnings.slice(printed.warnings)) out.push(`#${index} WARN: ${decodeText(short)}\n`);
    printed.warnings = step.warnings.length;
    printLogs(step, index, printed, out);
    this.#current = step;
    trace.updates.delete(step.digest);
    if (!isCompleted(step) || open) return;
    this.#current = undefined;
    step.events = 0;
    if (step.partial) out.push("\n");
    out.push(`#${index} ${outcome(step, now)}\n`);
  }

  #turnTo(step: Step, index: number, out: string[]): void {
    const old = this.#current;
    if (old !== undefined) {
      const printed = this.#printed.get(old);
      if (old.partial) out.push("\n");
      if (printed !== undefined) printed.column = 0;
      old.events = 0;
      out.push(`#${this.#indexes.get(old) ?? 0} ...\n`);
    }
    if (this.#begun) out.push("\n");
    else if (this.#description !== "") out.push(`#0 ${this.#description}\n\n`);
    this.#begun = true;
    out.push(`#${index} ${step.vertex.name}\n`);
  }

  /** Prints what changed among the step's statuses; tells whether one of them is still open. */
  #statuses(step: Step, index: number, printed: PrintedState, out: string[]): boolean {
    let open = false;
    for (const line of startedStatuses(step)) {
      if (!step.fresh.has(line.id)) continue;
      const last = printed.events.get(line.id);
      if (last !== undefined && line.completed === undefined && !isWorthPrinting(line, last)) continue;
      printed.events.set(line.id, line);
      if (line.completed === undefined) open = true;
      out.push(`#${index} ${statusText(line)}\n`);
    }
    step.fresh.clear();
    return open;
  }
}

interface PrintedState {
  readonly events: Map<string, StatusLine>;
  warnings: number;
  logs: string[];
  /** How much of a line without its end was printed. */
  column: number;
}

function printLogs(step: Step, index: number, printed: PrintedState, out: string[]): void {
  for (const [at, line] of step.logs.entries()) {
    const isLast = at === step.logs.length - 1;
    out.push(at === 0 && printed.column > 0 ? line.slice(printed.column) : `#${index} ${line}`);
    if (!isLast || !step.partial) {
      out.push("\n");
      printed.logs = [...printed.logs, line].slice(-KEPT_LOGS);
    }
  }
  const last = step.logs.at(-1);
  if (last === undefined) return;
  step.logs = step.partial ? [last] : [];
  printed.column = step.partial ? last.length : 0;
}

function isWorthPrinting(line: StatusLine, last: StatusLine): boolean {
  const part = line.total > 0 ? (line.current - last.current) / line.total : 0;
  return part >= STATUS_PART || line.timestamp - last.timestamp >= STATUS_TIME;
}

function statusText({ id, current, total, timestamp, started, completed }: StatusLine): string {
  const bytes = byteProgress(current, total);
  const spent = ((completed ?? timestamp) - (started ?? timestamp)) / 1000;
  const time = started !== undefined && spent > 0.01 ? ` ${spent.toFixed(1)}s` : "";
  return `${id}${bytes === "" ? "" : ` ${bytes}`}${time}${completed === undefined ? "" : " done"}`;
}

function outcome(step: Step, now: number): string {
  const { error, cached } = step.vertex;
  if (error !== undefined) return isCanceled(step) ? "CANCELED" : `ERROR: ${error}`;
  if (cached === true) return "CACHED";
  return `DONE ${seconds(mergeIntervals(step.times.values()), now).toFixed(1)}s`;
}
