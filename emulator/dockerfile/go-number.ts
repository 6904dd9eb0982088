import { InstructionError } from "./instruction-error.ts";
import { quote } from "./quote.ts";

const units: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

const maxInt64 = 9_223_372_036_854_775_807n;

/** `1h2m3.5s` in nanoseconds, as Go's `time.ParseDuration`. @throws InstructionError */
export function parseDuration(text: string): number {
  const invalid = () => new InstructionError(`time: invalid duration ${quote(text)}`);
  const negative = text.startsWith("-");
  let rest = text.replace(/^[-+]/, "");
  if (rest === "0") return 0;
  if (rest === "") throw invalid();
  let total = 0;
  while (rest !== "") {
    const found = /^(\d*)(?:\.(\d*))?([^.\d]*)/.exec(rest);
    const [all = "", whole = "", fraction = "", unit = ""] = found ?? [];
    if (whole === "" && fraction === "") throw invalid();
    if (unit === "") throw new InstructionError(`time: missing unit in duration ${quote(text)}`);
    const scale = Object.hasOwn(units, unit) ? units[unit] : undefined;
    if (scale === undefined) throw new InstructionError(`time: unknown unit ${quote(unit)} in duration ${quote(text)}`);
    total += Number(whole) * scale + Math.trunc(Number(`0.${fraction === "" ? "0" : fraction}`) * scale);
    if (total > Number(maxInt64)) throw invalid();
    rest = rest.slice(all.length);
  }
  return negative ? -total : total;
}

/** Go's `strconv.ParseInt(text, 10, 32)`. @throws InstructionError */
export function parseInt32(text: string): number {
  if (!/^[-+]?[0-9]+$/.test(text))
    throw new InstructionError(`strconv.ParseInt: parsing ${quote(text)}: invalid syntax`);
  const value = Number(text);
  if (value > 2_147_483_647 || value < -2_147_483_648)
    throw new InstructionError(`strconv.ParseInt: parsing ${quote(text)}: value out of range`);
  return value;
}

/** Go's `strconv.ParseUint(text, radix, 32)`; undefined for what it refuses. */
export function parseUint32(text: string, radix: 8 | 10): number | undefined {
  if (!(radix === 8 ? /^[0-7]+$/ : /^[0-9]+$/).test(text)) return undefined;
  const value = Number.parseInt(text, radix);
  return value > 0xffff_ffff ? undefined : value;
}

/** Go's `strconv.ParseBool`; undefined for what it refuses. */
export function parseBool(text: string): boolean | undefined {
  if (["1", "t", "T", "true", "TRUE", "True"].includes(text)) return true;
  if (["0", "f", "F", "false", "FALSE", "False"].includes(text)) return false;
  return undefined;
}

const binary: Readonly<Record<string, number>> = { k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40, p: 2 ** 50 };

/** Bytes of `64m`, `1.5GiB`, `100`, as go-units' `RAMInBytes`; undefined for what it refuses. */
export function parseRamBytes(text: string): number | undefined {
  const found = /^([-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?) ?([a-zA-Z]{0,3})$/.exec(text);
  const [, number = "", written = ""] = found ?? [];
  if (number === "" || Number(number) < 0) return undefined;
  const suffix = written.toLowerCase();
  if (suffix === "" || suffix === "b") return Math.trunc(Number(number));
  const scale = /^[kmgtp](b|ib)?$/.test(suffix) ? binary[suffix.charAt(0)] : undefined;
  return scale === undefined ? undefined : Math.trunc(Number(number) * scale);
}
