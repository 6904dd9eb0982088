import { MalformedResponse } from "./error.ts";

/** What JSON holds. Integers beyond 2^53 (nanosecond times) are bigint, so that no digit is lost. */
export type Json = null | boolean | number | bigint | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json | undefined;
}

/** Parses a JSON text. The slow way is only taken by texts in which a long run of digits occurs outside hashes. */
export function parseJson(text: string): Json {
  try {
    return /[:[,\s-]\d{16}/.test(text) ? parseExact(text) : (JSON.parse(text) as Json);
  } catch (error) {
    throw new MalformedResponse(error instanceof Error ? error.message : String(error));
  }
}

/** Numbers are first marked as strings, because a reviver of this platform does not see the source text. */
function parseExact(text: string): Json {
  const mark = "\u0000int:";
  const marked = text.replace(/"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g, (token) =>
    token.startsWith('"') ? token : `"\\u0000int:${token}"`,
  );
  return JSON.parse(marked, (_key, value: unknown) => {
    if (typeof value !== "string" || !value.startsWith(mark)) return value;
    const digits = value.slice(mark.length);
    return Number.isSafeInteger(Number(digits)) ? Number(digits) : BigInt(digits);
  }) as Json;
}

/** JSON text of a value that may hold bigints; compact, keys in their own order. */
export function stringifyJson(value: Json | undefined): string {
  if (typeof value === "bigint") return value.toString();
  if (Array.isArray(value)) return `[${value.map(stringifyJson).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const fields = Object.entries(value).filter(([, field]) => field !== undefined);
    return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${stringifyJson(field as Json)}`).join(",")}}`;
  }
  return JSON.stringify(value) ?? "null";
}

export function asObject(value: unknown, what: string): JsonObject {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new MalformedResponse(`${what}: not an object`);
  return value as JsonObject;
}

/** Null counts as an empty list, as Go encodes a nil slice. */
export function asObjects(value: unknown, what: string): JsonObject[] {
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) throw new MalformedResponse(`${what}: not a list`);
  return value.map((item) => asObject(item, what));
}

export function stringField(object: JsonObject, name: string): string {
  const value = object[name];
  if (typeof value !== "string") throw new MalformedResponse(`${name}: not a string`);
  return value;
}

export function numberField(object: JsonObject, name: string): number {
  const value = object[name];
  if (typeof value === "bigint") return Number(value);
  if (typeof value !== "number") throw new MalformedResponse(`${name}: not a number`);
  return value;
}
