import { format, formatFloat } from "./print.ts";
import { quoteGo } from "./quote.ts";
import { GoFloat, GoMap, GoSlice, indirect, typeName, type GoValue } from "./value.ts";

interface Verb {
  readonly flags: string;
  readonly width: number | undefined;
  readonly precision: number | undefined;
  readonly letter: string;
}

/** As fmt.Sprintf. */
export function sprintf(layout: string, args: readonly GoValue[]): string {
  let next = 0;
  const take = (): GoValue => args[next++];
  const starred = (text: string | undefined): number | undefined =>
    text === undefined ? undefined : text === "*" ? Number(take()) : Number(text);
  const result = layout.replace(
    /%([-+# 0]*)(\*|\d+)?(?:\.(\*|\d*))?([\s\S]?)/gu,
    (_all, flags: string, width?: string, precision?: string, letter = "") => {
      if (letter === "%") return "%";
      if (letter === "") return "%!(NOVERB)";
      const verb = { flags, width: starred(width), precision: starred(precision), letter };
      if (next >= args.length) return `%!${letter}(MISSING)`;
      return pad(verb, formatVerb(verb, take()));
    },
  );
  if (next >= args.length) return result;
  const extra = args.slice(next).map((arg) => (arg === null ? "<nil>" : `${typeName(arg)}=${format(arg)}`));
  return `${result}%!(EXTRA ${extra.join(", ")})`;
}

function pad(verb: Verb, text: string): string {
  const width = verb.width ?? 0;
  if (verb.flags.includes("-")) return text.padEnd(width);
  if (!verb.flags.includes("0") || !/[dxXobfeg]/.test(verb.letter)) return text.padStart(width);
  const sign = /^[+-]/.exec(text)?.[0] ?? "";
  return sign + text.slice(sign.length).padStart(width - sign.length, "0");
}

function formatVerb(verb: Verb, value: GoValue): string {
  const { letter } = verb;
  if (letter === "v") return value !== undefined ? format(value) : "<no value>";
  if (letter === "T") return typeName(value);
  const operand = indirect(value);
  const wrong = `%!${letter}(${value === undefined || value === null ? "<nil>" : `${typeName(value)}=${format(value)}`})`;
  if (operand instanceof GoSlice) return `[${operand.items.map((item) => formatVerb(verb, item)).join(" ")}]`;
  if (operand instanceof GoMap)
    return `map[${operand
      .sorted()
      .map(([key, item]) => `${formatVerb(verb, key)}:${formatVerb(verb, item)}`)
      .join(" ")}]`;
  if (typeof operand === "string") return formatString(verb, operand) ?? wrong;
  if (typeof operand === "boolean") return letter === "t" ? String(operand) : wrong;
  if (typeof operand === "number" || typeof operand === "bigint") return formatInteger(verb, BigInt(operand)) ?? wrong;
  if (operand instanceof GoFloat) return formatFraction(verb, operand.value) ?? wrong;
  return letter === "s" || letter === "d" ? format(operand) : wrong;
}

function formatString({ letter, precision }: Verb, text: string): string | undefined {
  const cut = precision === undefined ? text : [...text].slice(0, precision).join("");
  if (letter === "s") return cut;
  if (letter === "q") return quoteGo(cut);
  if (letter !== "x" && letter !== "X") return undefined;
  const hex = [...new TextEncoder().encode(cut)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return letter === "x" ? hex : hex.toUpperCase();
}

function formatInteger({ letter, flags }: Verb, value: bigint): string | undefined {
  const sign = value < 0n ? "-" : flags.includes("+") ? "+" : "";
  const magnitude = value < 0n ? -value : value;
  const alternate = flags.includes("#");
  switch (letter) {
    case "d":
      return sign + magnitude.toString();
    case "x":
      return sign + (alternate ? "0x" : "") + magnitude.toString(16);
    case "X":
      return sign + (alternate ? "0X" : "") + magnitude.toString(16).toUpperCase();
    case "o":
      return sign + (alternate ? "0" : "") + magnitude.toString(8);
    case "b":
      return sign + magnitude.toString(2);
    case "c":
      return String.fromCodePoint(Number(magnitude));
    case "q":
      return `'${String.fromCodePoint(Number(magnitude))}'`;
    case "U":
      return `U+${magnitude.toString(16).toUpperCase().padStart(4, "0")}`;
    default:
      return undefined;
  }
}

function formatFraction({ letter, precision, flags }: Verb, value: number): string | undefined {
  const sign = value >= 0 && flags.includes("+") ? "+" : "";
  switch (letter) {
    case "f":
    case "F":
      return sign + value.toFixed(precision ?? 6);
    case "e":
      return sign + value.toExponential(precision ?? 6).replace(/e([+-])(\d)$/, "e$10$2");
    case "g":
      return sign + (precision === undefined ? formatFloat(value) : formatFloat(Number(value.toPrecision(precision))));
    default:
      return undefined;
  }
}
