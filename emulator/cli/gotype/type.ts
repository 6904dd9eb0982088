import type { JsonObject } from "../../client/json.ts";

/** Go types of API objects, as far as templates can see them: names and order of fields, pointers, maps, omitempty. */
export type GoType =
  | { readonly kind: "string" | "bool" | "int" | "float" | "time" | "duration" | "interface" }
  | { readonly kind: "slice" | "pointer"; readonly name: string; readonly of: GoType }
  | { readonly kind: "map"; readonly name: string; readonly key: string; readonly of: GoType }
  | { readonly kind: "array"; readonly name: string; readonly of: GoType; readonly length: number }
  | StructType;

export interface StructType {
  readonly kind: "struct";
  readonly name: string;
  readonly fields: readonly FieldType[];
  /** The type's own way to print itself. */
  readonly print: ((value: JsonObject) => string) | undefined;
}

export interface FieldType {
  readonly name: string;
  readonly json: string;
  readonly omitEmpty: boolean;
  /** Left out of JSON. */
  readonly hidden: boolean;
  /** Its fields count as fields of the struct it is in. */
  readonly embedded: boolean;
  readonly type: () => GoType;
}

const scalars: Readonly<Record<string, GoType>> = {
  string: { kind: "string" },
  bool: { kind: "bool" },
  int: { kind: "int" },
  int64: { kind: "int" },
  uint64: { kind: "int" },
  uint: { kind: "int" },
  uint16: { kind: "int" },
  float64: { kind: "float" },
  time: { kind: "time" },
  duration: { kind: "duration" },
  any: { kind: "interface" },
};

/**
 * Reads struct definitions in a short form, one per line: `container.State: Status string, Pid int, Health
 * *container.Health?`. `?` is omitempty, `=name` after the field gives its JSON name (`-`: none), `^Type` embeds a struct,
 * and `= Type` as the whole line gives a type another name.
 */
export function defineTypes(
  source: string,
  print: Readonly<Record<string, (value: JsonObject) => string>> = {},
): (name: string) => GoType {
  const lines = new Map<string, string>();
  for (const line of source.trim().split("\n")) {
    const at = line.indexOf(":");
    lines.set(line.slice(0, at).trim(), line.slice(at + 1).trim());
  }
  const known = new Map<string, GoType>();
  const resolve = (name: string): GoType => {
    const scalar = scalars[name] ?? known.get(name);
    if (scalar !== undefined) return scalar;
    const type = define(name);
    known.set(name, type);
    return type;
  };
  const define = (name: string): GoType => {
    if (name.startsWith("*")) return { kind: "pointer", name, of: resolve(name.slice(1)) };
    if (name.startsWith("[]")) return { kind: "slice", name, of: resolve(name.slice(2)) };
    const array = /^\[(\d+)\]/.exec(name);
    if (array !== null)
      return { kind: "array", name, of: resolve(name.slice(array[0].length)), length: Number(array[1]) };
    if (name.startsWith("map[")) {
      const end = name.indexOf("]");
      return { kind: "map", name, key: name.slice(4, end), of: resolve(name.slice(end + 1)) };
    }
    const line = lines.get(name);
    if (line === undefined) throw new Error(`undefined type ${name}`);
    if (line.startsWith("= ")) return resolve(line.slice(2));
    const fields = line === "" ? [] : line.split(", ");
    return { kind: "struct", name, fields: fields.map((field) => parseField(field, resolve)), print: print[name] };
  };
  return resolve;
}

function parseField(text: string, resolve: (name: string) => GoType): FieldType {
  if (text.startsWith("^")) {
    const type = text.slice(1);
    const name = type.replace(/^\*/, "").replace(/^.*\./, "");
    return { name, json: name, omitEmpty: false, hidden: false, embedded: true, type: () => resolve(type) };
  }
  const [label = "", written = ""] = text.split(" ");
  const [name = "", json = name] = label.split("=");
  const type = written.replace(/\?$/, "");
  const omitEmpty = written.endsWith("?");
  return { name, json, omitEmpty, hidden: json === "-", embedded: false, type: () => resolve(type) };
}
