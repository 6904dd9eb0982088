/** Parses what `--since` and `--until` take; seconds since the epoch with nine digits, or undefined when it is neither. */
import { parseDuration } from "../flag/duration.ts";

const layouts = [
  /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)?$/,
  /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?:)()()(Z|[+-]\d\d:\d\d)?$/,
  /^(\d{4})-(\d\d)-(\d\d)T(\d\d)()()()(Z|[+-]\d\d:\d\d)?$/,
  /^(\d{4})-(\d\d)-(\d\d)()()()()(Z|[+-]\d\d:\d\d)?$/,
];

export function parseTimestamp(value: string, now: number): string | undefined {
  const ago = parseDuration(value);
  if (typeof ago === "number") {
    const then = BigInt(Math.round(now)) * 1_000_000n - BigInt(Math.round(ago));
    return secondsAndNanos(then);
  }
  if (/^\d+(?:\.\d{1,9})?$/.test(value)) return value;
  for (const layout of layouts) {
    const found = layout.exec(value);
    if (found === null) continue;
    const [, year, month, day, hour = "", minute = "", second = "", fraction = "", zone = ""] = found;
    const text = `${year}-${month}-${day}T${hour || "00"}:${minute || "00"}:${second || "00"}${zone || "Z"}`;
    const milliseconds = Date.parse(text);
    if (Number.isNaN(milliseconds)) return undefined;
    return `${milliseconds / 1000}.${(fraction.slice(1) || "0").padEnd(9, "0").slice(0, 9)}`;
  }
  return undefined;
}

function secondsAndNanos(nanoseconds: bigint): string {
  const seconds = nanoseconds / 1_000_000_000n;
  return `${seconds}.${(nanoseconds % 1_000_000_000n).toString().padStart(9, "0")}`;
}

/** The value of a flag that may be empty. Throws with the flag's name. */
export function timestampFlag(name: string, value: string, now: number): string | undefined {
  if (value === "") return undefined;
  const parsed = parseTimestamp(value, now);
  if (parsed === undefined)
    throw new Error(`invalid value for "${name}": failed to parse value as time or duration: ${JSON.stringify(value)}`);
  return parsed;
}
