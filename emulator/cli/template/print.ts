import { formatDuration } from "../flag/duration.ts";
import type { GoPointer } from "./value.ts";
import {
  GoDuration,
  GoFloat,
  GoFunction,
  GoJsonNumber,
  GoMap,
  GoSlice,
  GoStruct,
  GoTime,
  indirect,
  type GoValue,
} from "./value.ts";

/** As `{{.}}` prints a value: a pointer is followed, the absent value has its own words. */
export function printValue(value: GoValue): string {
  if (value === undefined || value === null) return "<no value>";
  return format(indirect(value), 0);
}

/** As fmt's %v prints a value; `depth` 0 is the operand itself. */
export function format(value: GoValue, depth = 0): string {
  if (value === undefined || value === null) return "<nil>";
  if (typeof value !== "object") return String(value);
  if (value instanceof GoFloat) return formatFloat(value.value);
  if (value instanceof GoJsonNumber) return value.text;
  if (value instanceof GoTime) return formatTime(value.text);
  if (value instanceof GoDuration) return formatDuration(value.nanoseconds);
  if (value instanceof GoSlice) return `[${value.items.map((item) => format(item, depth + 1)).join(" ")}]`;
  if (value instanceof GoMap) {
    const entries = value.sorted().map(([key, item]) => `${key}:${format(item, depth + 1)}`);
    return `map[${entries.join(" ")}]`;
  }
  if (value instanceof GoStruct && value.text !== undefined) return value.text;
  if (value instanceof GoStruct)
    return `{${[...value.fields.values()].map((field) => format(field, depth + 1)).join(" ")}}`;
  if (value instanceof GoFunction) return "0x0";
  return formatPointer(value, depth);
}

function formatPointer({ target }: GoPointer, depth: number): string {
  if (target === undefined) return "<nil>";
  if (target instanceof GoStruct && target.text !== undefined) return target.text;
  return depth === 0 && target instanceof GoStruct ? `&${format(target, 0)}` : "0xc000010000";
}

/** As strconv's shortest 'g' form with an exponent only from 21 digits on. */
export function formatFloat(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  const exponent = Math.floor(Math.log10(Math.abs(value)));
  if (exponent >= -4 && exponent < 21) return value.toFixed(20).includes("e") ? String(value) : plain(value);
  const [mantissa = "", power = ""] = value.toExponential().split("e");
  const sign = power.startsWith("-") ? "-" : "+";
  return `${mantissa}e${sign}${power.replace(/^[+-]/, "").padStart(2, "0")}`;
}

function plain(value: number): string {
  const text = String(value);
  if (!text.includes("e")) return text;
  const digits = -Math.floor(Math.log10(Math.abs(value))) + 17;
  return value.toFixed(Math.min(digits, 100)).replace(/\.?0+$/, "");
}

/** An RFC 3339 time as time.Time's String writes it. */
export function formatTime(text: string): string {
  const found = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)$/.exec(text);
  if (found === null) return text;
  const [, date = "", time = "", fraction = "", zone = ""] = found;
  const kept = fraction.replace(/0+$/, "").replace(/^\.$/, "");
  const offset = zone === "Z" ? "+0000 UTC" : `${zone.replace(":", "")} ${zone.replace(":", "")}`;
  return `${date} ${time}${kept} ${offset}`;
}
