import { GoFloat, GoMap, GoPointer, GoSlice, GoStruct, GoTime, type GoValue } from "./value.ts";

/** As encoding/json writes a value, with `<`, `>` and `&` left as they are. */
export function marshal(value: GoValue): string {
  if (value === undefined || value === null) return "null";
  if (typeof value === "string") return quoteJson(value);
  if (typeof value !== "object") return String(value);
  if (value instanceof GoFloat) return JSON.stringify(value.value);
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
  const shown = value.json ?? [...value.fields.keys()].map((field) => ({ field, name: field, omitEmpty: false }));
  const written = shown
    .filter(({ field, omitEmpty }) => !(omitEmpty && isEmpty(value.fields.get(field))))
    .map(({ field, name }) => `${quoteJson(name)}:${marshal(value.fields.get(field))}`);
  return `{${written.join(",")}}`;
}

function isEmpty(value: GoValue): boolean {
  if (value instanceof GoSlice) return value.items.length === 0;
  if (value instanceof GoMap) return value.entries.size === 0;
  if (value instanceof GoPointer) return value.target === undefined;
  if (value instanceof GoFloat) return value.value === 0;
  return value === undefined || value === null || value === false || value === "" || value === 0 || value === 0n;
}

/** Go escapes the two line separators that JavaScript leaves alone. */
function quoteJson(text: string): string {
  return JSON.stringify(text).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
}
