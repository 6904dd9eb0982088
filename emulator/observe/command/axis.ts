/** A piece of time on the axis. A long one in which nothing happens is drawn short, and says how long it is. */
export interface AxisPiece {
  readonly from: number;
  readonly to: number;
  /** From 0 to 1. */
  readonly x0: number;
  readonly x1: number;
  readonly isBreak: boolean;
}

export interface Tick {
  readonly x: number;
  readonly label: string;
}

export interface Axis {
  readonly pieces: readonly AxisPiece[];
  readonly ticks: readonly Tick[];
  /** Where a moment is; what is outside is at the end. */
  at(milliseconds: number): number;
}

/** Of the axis. */
const breakWidth = 0.08;
const mostBreaks = 3;
/** A gap is broken where it is so many times as long as everything else. */
const broken = 4;
const shortestBreak = 500;
/** What goes on has so much room behind the last moment. */
const tailWidth = 0.1;
const mostTicks = 4;
const leastApart = 0.22;
const besideBreak = 0.2;
const lastTick = 0.88;

export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * The time from 0 to the last of `moments`, linear but for its breaks, in milliseconds. Where somebody is `busy` it is not
 * broken: how long that takes is to be seen. With `goesOn` there is room behind it.
 */
export function axisOf(moments: readonly number[], busy: readonly Span[] = [], goesOn = false): Axis {
  const times = [...new Set([0, ...moments])].filter((time) => time >= 0).sort((a, b) => a - b);
  const end = Math.max(times.at(-1) ?? 0, 1);
  const gaps = times.slice(1).map((to, i) => ({ from: times[i] ?? 0, to }));
  const idle = gaps.filter((gap) => !busy.some(({ from, to }) => from < gap.to && to > gap.from));
  const breaks = gaps.length < 4 ? [] : longGaps(idle, end);
  const rest = breaks.reduce((left, { from, to }) => left - (to - from), end);
  const scale = (1 - breaks.length * breakWidth - (goesOn ? tailWidth : 0)) / rest;
  const pieces: AxisPiece[] = [];
  let [time, x] = [0, 0];
  const add = (to: number, width: number, isBreak: boolean): void => {
    if (to > time) pieces.push({ from: time, to, x0: x, x1: x + width, isBreak });
    [time, x] = [to, x + width];
  };
  for (const { from, to } of breaks) {
    if (from > time) add(from, (from - time) * scale, false);
    add(to, breakWidth, true);
  }
  if (end > time) add(end, (end - time) * scale, false);
  const at = (moment: number): number => {
    const piece = pieces.find(({ to }) => moment <= to);
    if (piece === undefined) return x;
    const share = (Math.max(moment, piece.from) - piece.from) / (piece.to - piece.from);
    return piece.x0 + share * (piece.x1 - piece.x0);
  };
  return { pieces, ticks: ticksOf(pieces, rest), at };
}

function longGaps(gaps: readonly Span[], end: number): Span[] {
  const found: Span[] = [];
  let rest = end;
  for (const gap of gaps.toSorted((a, b) => b.to - b.from - (a.to - a.from))) {
    const length = gap.to - gap.from;
    if (found.length === mostBreaks || length < shortestBreak || length < broken * (rest - length)) break;
    found.push(gap);
    rest -= length;
  }
  return found.sort((a, b) => a.from - b.from);
}

function ticksOf(pieces: readonly AxisPiece[], shown: number): Tick[] {
  const step = niceStep(shown / mostTicks);
  const found: Tick[] = [];
  const breaks = pieces.filter(({ isBreak }) => isBreak).map(({ x0, x1 }) => (x0 + x1) / 2);
  for (const { from, to, x0, x1, isBreak } of pieces) {
    if (isBreak) continue;
    for (let time = Math.ceil(from / step) * step; time <= to; time += step) {
      const x = x0 + ((time - from) / (to - from)) * (x1 - x0);
      const isFree =
        found.every((each) => x - each.x >= leastApart) && breaks.every((each) => Math.abs(each - x) > besideBreak);
      if (x <= lastTick && isFree) found.push({ x, label: tickLabel(time, step) });
    }
  }
  return found;
}

/** 1, 2 or 5 times a power of ten, not below `least`. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(least, 0.1)));
  return power * ([1, 2, 5].find((factor) => factor * power >= least) ?? 10);
}

/** With as many digits as tell one tick from the next. */
function tickLabel(time: number, step: number): string {
  if (time === 0) return "0";
  if (time < 1000 || step >= 60_000) return duration(time);
  const digits = step >= 1000 ? 0 : step >= 100 ? 1 : step >= 10 ? 2 : 3;
  return `${(time / 1000).toFixed(digits)} s`;
}

/** `3.2 ms`, `312 ms`, `4.8 s`, `2 min 5 s`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 9.95) return `${String(Math.round(milliseconds * 10) / 10)} ms`;
  if (milliseconds < 999.5) return `${String(Math.round(milliseconds))} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 59.95) return `${String(Math.round(seconds * 10) / 10)} s`;
  const whole = Math.round(seconds);
  return `${String(Math.floor(whole / 60))} min ${String(whole % 60)} s`;
}
