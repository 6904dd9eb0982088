import { InvalidFlagValue, single, type Flag } from "./flag.ts";
import { parseDuration } from "./duration.ts";

const truths = new Set(["1", "t", "T", "TRUE", "true", "True"]);
const falsehoods = new Set(["0", "f", "F", "FALSE", "false", "False"]);

export function parseBool(text: string): boolean {
  if (truths.has(text)) return true;
  if (falsehoods.has(text)) return false;
  throw new InvalidFlagValue(`strconv.ParseBool: parsing ${quote(text)}: invalid syntax`);
}

/** An integer as strconv.ParseInt(text, 0, 64) takes it: decimal, 0x, 0o, 0b, and _ between digits. */
export function parseInteger(text: string, bits = 64): number {
  const value = integer("ParseInt", text, /^[+-]?/);
  const limit = 1n << BigInt(bits - 1);
  if (value >= limit || value < -limit)
    throw new InvalidFlagValue(`strconv.ParseInt: parsing ${quote(text)}: value out of range`);
  return Number(value);
}

export function parseUnsigned(text: string, bits = 64): number {
  const value = integer("ParseUint", text, /^/);
  if (value >= 1n << BigInt(bits))
    throw new InvalidFlagValue(`strconv.ParseUint: parsing ${quote(text)}: value out of range`);
  return Number(value);
}

function integer(call: string, text: string, sign: RegExp): bigint {
  const digits = text.replace(sign, "");
  const plain = digits.replaceAll("_", "");
  const syntax = /^(?:0[xX](?:_?[0-9a-fA-F])+|0[oO]?(?:_?[0-7])+|0[bB](?:_?[01])+|0|[1-9](?:_?[0-9])*)$/;
  if (!syntax.test(digits) || (digits.includes("_") && !/^0/.test(digits)))
    throw new InvalidFlagValue(`strconv.${call}: parsing ${quote(text)}: invalid syntax`);
  const octal = /^0[0-7]/.test(plain) ? `0o${plain.slice(1)}` : plain;
  const value = BigInt(octal);
  return text.startsWith("-") ? -value : value;
}

/** As Go's %q does for the texts that occur on command lines. */
export function quote(text: string): string {
  return JSON.stringify(text);
}

export function bool(shorthand: string, usage: string, initial = false): Flag<boolean> {
  const shownDefault = initial ? "true" : undefined;
  return single({ shorthand, usage, word: "", initial, shownDefault, implied: "true", parse: parseBool });
}

export function string(shorthand: string, usage: string, initial = "", word = "string"): Flag<string> {
  const shownDefault = initial === "" ? undefined : quote(initial);
  return single({ shorthand, usage, word, initial, shownDefault, parse: (text) => text });
}

export function int(shorthand: string, usage: string, initial = 0): Flag<number> {
  const shownDefault = initial === 0 ? undefined : String(initial);
  return single({ shorthand, usage, word: "int", initial, shownDefault, parse: (text) => parseInteger(text) });
}

export function uint16(shorthand: string, usage: string): Flag<number> {
  // The flag library shows this zero, unlike those of other number types.
  return single({
    shorthand,
    usage,
    word: "uint16",
    initial: 0,
    shownDefault: "0",
    parse: (text) => parseUnsigned(text, 16),
  });
}

export function uint32(shorthand: string, usage: string, initial = 0): Flag<number> {
  const shownDefault = initial === 0 ? undefined : String(initial);
  return single({ shorthand, usage, word: "uint32", initial, shownDefault, parse: (text) => parseUnsigned(text, 32) });
}

export function uint(shorthand: string, usage: string, initial = 0): Flag<number> {
  const shownDefault = initial === 0 ? undefined : String(initial);
  return single({ shorthand, usage, word: "uint", initial, shownDefault, parse: (text) => parseUnsigned(text) });
}

export function float(
  shorthand: string,
  usage: string,
  options: { readonly shownDefault?: string } = {},
): Flag<number> {
  const parse = (text: string): number => {
    if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text))
      throw new InvalidFlagValue(`strconv.ParseFloat: parsing ${quote(text)}: invalid syntax`);
    return Number(text);
  };
  return single({ shorthand, usage, word: "float", initial: 0, shownDefault: options.shownDefault, parse });
}

/** Nanoseconds. */
export function duration(shorthand: string, usage: string, shownDefault?: string): Flag<number> {
  const parse = (text: string): number => {
    const value = parseDuration(text);
    if (typeof value === "string") throw new InvalidFlagValue(value);
    return value;
  };
  const initial = shownDefault === undefined ? 0 : parse(shownDefault);
  return single({ shorthand, usage, word: "duration", initial, shownDefault, parse });
}
