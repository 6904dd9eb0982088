import type { Json, JsonObject } from "../../client/json.ts";
import { GoDuration, GoFloat, GoMap, GoPointer, GoSlice, GoStruct, GoTime, type GoValue } from "../template/value.ts";
import { fromJson } from "../template.ts";
import type { GoType, StructType } from "./type.ts";

/** JSON decoded into a Go type, as encoding/json does: what is missing has its zero value. */
export function decodeGo(type: GoType, value: Json | undefined): GoValue {
  switch (type.kind) {
    case "string":
      return typeof value === "string" ? value : "";
    case "bool":
      return value === true;
    case "int":
      return typeof value === "number" || typeof value === "bigint" ? value : 0;
    case "float":
      return new GoFloat(typeof value === "number" ? value : 0);
    case "time":
      return new GoTime(typeof value === "string" ? value : "0001-01-01T00:00:00Z");
    case "duration":
      return new GoDuration(typeof value === "number" || typeof value === "bigint" ? Number(value) : 0);
    case "array":
      return new GoSlice(
        Array.from({ length: type.length }, (_, index) =>
          decodeGo(type.of, Array.isArray(value) ? (value[index] as Json) : undefined),
        ),
        type.name,
      );
    case "interface":
      return fromJson(value);
    case "slice":
      return Array.isArray(value)
        ? new GoSlice(
            value.map((item: Json) => decodeGo(type.of, item)),
            type.name,
          )
        : new GoSlice([], type.name, true);
    case "map":
      return decodeMap(type, value);
    case "pointer":
      return decodePointer(type, value);
    case "struct":
      return decodeStruct(type, objectOf(value));
  }
}

function objectOf(value: Json | undefined): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

function decodeMap(type: GoType & { kind: "map" }, value: Json | undefined): GoMap {
  const zero = decodeGo(type.of, undefined);
  if (value === null || value === undefined) return new GoMap(new Map(), type.name, zero, true, type.key);
  const entries = Object.entries(objectOf(value)).map(([key, item]) => [key, decodeGo(type.of, item)] as const);
  return new GoMap(new Map(entries), type.name, zero, false, type.key);
}

function decodePointer(type: GoType & { kind: "slice" | "pointer" }, value: Json | undefined): GoValue {
  if (value === null || value === undefined) return new GoPointer(undefined, type.name);
  return new GoPointer(decodeGo(type.of, value), type.name);
}

/** Fields that the type does not have are dropped. */
function decodeStruct(type: StructType, value: JsonObject): GoStruct {
  const fields = new Map<string, GoValue>();
  for (const field of type.fields)
    fields.set(field.name, decodeGo(field.type(), field.embedded ? value : value[field.json]));
  return new GoStruct(type.name, fields, type.fields, undefined, false, type.print?.(value));
}
