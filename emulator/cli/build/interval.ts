/** A time a step ran, in milliseconds since the epoch; without a stop it still runs. */
export interface Interval {
  readonly start: number;
  readonly stop: number | undefined;
}

/** In order of their starts, those that overlap or touch joined. One without a stop swallows all that start after it. */
export function mergeIntervals(intervals: Iterable<Interval>): Interval[] {
  const merged: Interval[] = [];
  for (const next of [...intervals].sort((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last === undefined || (last.stop !== undefined && last.stop < next.start)) merged.push(next);
    else if (last.stop === undefined) break;
    else merged[merged.length - 1] = { start: last.start, stop: laterOf(last.stop, next.stop) };
  }
  return merged;
}

function laterOf(stop: number, other: number | undefined): number | undefined {
  return other === undefined ? undefined : Math.max(stop, other);
}

/** Seconds, up to `now` where it has not stopped. */
export function seconds(intervals: readonly Interval[], now: number): number {
  return intervals.reduce((sum, { start, stop }) => sum + ((stop ?? now) - start) / 1000, 0);
}
