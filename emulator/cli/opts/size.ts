import { InvalidFlagValue, single, type Flag } from "../flag/flag.ts";

const multiples: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  k: 2 ** 10,
  m: 2 ** 20,
  g: 2 ** 30,
  t: 2 ** 40,
  p: 2 ** 50,
};

/** A size as Docker takes it: `512m`, `1.5g`, `64KiB`; powers of 1024. Throws InvalidFlagValue. */
export function parseBytes(text: string): number {
  const [, digits = "", suffix = ""] = /^([\d. ]*)(.*)$/s.exec(text) ?? [];
  const amount = digits.trim() === "" ? Number.NaN : Number(digits.trim());
  if (Number.isNaN(amount)) throw new InvalidFlagValue(`invalid size: '${text}'`);
  const unit = /^(?:([kmgtp])i?b?|b)?$/i.exec(suffix);
  if (unit === null) throw new InvalidFlagValue(`invalid suffix: '${suffix}'`);
  return Math.trunc(amount * (multiples[(unit[1] ?? "").toLowerCase()] ?? 1));
}

export function bytes(shorthand: string, usage: string): Flag<number> {
  return single({ shorthand, usage, word: "bytes", initial: 0, parse: parseBytes });
}

/** Like `bytes`, with -1 for "no limit". */
export function swapBytes(shorthand: string, usage: string): Flag<number> {
  return single({
    shorthand,
    usage,
    word: "bytes",
    initial: 0,
    parse: (text) => (text === "-1" ? -1 : parseBytes(text)),
  });
}

/** A number of CPUs, in units of 10^-9. */
export function cpus(shorthand: string, usage: string): Flag<number> {
  return single({ shorthand, usage, word: "decimal", initial: 0, parse: parseCpus });
}

function parseCpus(text: string): number {
  const fraction = /^([+-]?\d+)\/(\d+)$/.exec(text);
  const isDecimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text);
  if (fraction === null && !isDecimal) throw new InvalidFlagValue(`failed to parse ${text} as a rational number`);
  const value = fraction === null ? Number(text) : Number(fraction[1]) / Number(fraction[2]);
  const nano = value * 1e9;
  if (Math.abs(nano - Math.round(nano)) > 1e-6) throw new InvalidFlagValue("value is too precise");
  return Math.round(nano);
}
