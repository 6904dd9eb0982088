import { InvalidParameter } from "./errors.ts";

/**
 * A point in time as the API takes it, in milliseconds since the epoch: seconds (`1700000000.5`), RFC 3339 or its
 * beginnings (`2024-05-01`, `2024-05-01T10:00`), or a Go duration before now (`1h30m`). Throws InvalidParameter.
 */
export function parseTimestamp(text: string, now: number): number {
  const seconds = /^(-?\d+)(?:\.(\d{1,9}))?$/.exec(text);
  if (seconds !== null) {
    const [, whole = "0", fraction = ""] = seconds;
    return Number(whole) * 1000 + Number(fraction.padEnd(9, "0")) / 1e6;
  }
  const duration = parseDuration(text);
  if (duration !== undefined) return now - duration;
  const date = /^(\d{4}-\d\d-\d\d)(?:T(\d\d(?::\d\d(?::\d\d(?:\.\d{1,9})?)?)?)(Z|[+-]\d\d:\d\d)?)?(Z)?$/.exec(text);
  if (date !== null) {
    const [, day = "", time = "00", zone = "Z"] = date;
    const full = time + ":00:00".slice(0, Math.max(0, 8 - time.length));
    const at = Date.parse(`${day}T${full}${zone}`);
    if (!Number.isNaN(at)) return at;
  }
  throw new InvalidParameter(`failed to parse value as time or duration: ${JSON.stringify(text)}`);
}

const units: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** A Go duration in milliseconds; undefined for what is none. */
export function parseDuration(text: string): number | undefined {
  const match = /^([+-]?)((?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/.exec(text);
  if (match === null) return text === "0" ? 0 : undefined;
  const [, sign = "", parts = ""] = match;
  let sum = 0;
  for (const [, number = "", unit = ""] of parts.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g))
    sum += Number(number) * (units[unit] ?? 0);
  return sign === "-" ? -sum : sum;
}

/** Go's zero time. */
export const zeroTime = "0001-01-01T00:00:00Z";
