import {
  GoDuration,
  GoFloat,
  GoJsonNumber,
  GoMap,
  GoPointer,
  GoSlice,
  GoStruct,
  GoTime,
  indirect,
  type GoValue,
} from "./value.ts";

/** As encoding/json writes a value, with `<`, `>` and `&` left as they are. */
export function marshal(value: GoValue): string {
  if (value === undefined || value === null) return "null";
  if (typeof value === "string") return quoteJson(value);
  if (typeof value !== "object") return String(value);
  if (value instanceof GoFloat) return JSON.stringify(value.value);
  if (value instanceof GoJsonNumber) return value.text;
  if (value instanceof GoDuration) return String(value.nanoseconds);
  if (value instanceof GoTime) return JSON.stringify(value.text);
  if (value instanceof GoPointer) return value.target === undefined ? "null" : marshal(value.target);
  if (value instanceof GoSlice) return value.isNil ? "null" : `[${value.items.map(marshal).join(",")}]`;
  if (value instanceof GoMap) {
    if (value.isNil) return "null";
    return `{${value
      .sorted()
      .map(([key, item]) => `${quoteJson(key)}:${marshal(item)}`)
      .join(",")}}`;
  }
  if (value instanceof GoStruct) return marshalStruct(value);
  throw new Error(`json: unsupported type: ${value.type}`);
}

function marshalStruct(value: GoStruct): string {
  const text = `{${members(value).join(",")}}`;
  return value.marshalsItself ? escapeHtml(text) : text;
}

/** Fields of embedded structs stand among those of the outer one. */
function members(value: GoStruct): string[] {
  const declared =
    value.declared ??
    [...value.fields.keys()].map((name) => ({ name, json: name, omitEmpty: false, hidden: false, embedded: false }));
  return declared.flatMap(({ name, json, omitEmpty, hidden, embedded }) => {
    const field = value.fields.get(name);
    if (embedded) {
      const inner = indirect(field);
      return inner instanceof GoStruct ? members(inner) : [];
    }
    if (hidden || (omitEmpty && isEmpty(field))) return [];
    return [`${quoteJson(json)}:${marshal(field)}`];
  });
}

function escapeHtml(text: string): string {
  return text.replace(/[<>&]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`);
}

function isEmpty(value: GoValue): boolean {
  if (value instanceof GoSlice) return value.items.length === 0;
  if (value instanceof GoMap) return value.entries.size === 0;
  if (value instanceof GoPointer) return value.target === undefined;
  if (value instanceof GoFloat) return value.value === 0;
  if (value instanceof GoDuration) return value.nanoseconds === 0;
  return value === undefined || value === null || value === false || value === "" || value === 0 || value === 0n;
}

/** Go escapes the two line separators that JavaScript leaves alone. */
function quoteJson(text: string): string {
  return JSON.stringify(text).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
}
