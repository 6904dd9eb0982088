import { format } from "./print.ts";
import { GoFloat, GoJsonNumber, GoMap, GoPointer, GoSlice, GoStruct, indirect, type GoValue } from "./value.ts";

type Kind = "nil" | "bool" | "string" | "int" | "float" | "other";

function kind(value: GoValue): Kind {
  if (value === undefined || value === null) return "nil";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "string" || value instanceof GoJsonNumber) return "string";
  if (typeof value === "number" || typeof value === "bigint") return "int";
  return value instanceof GoFloat ? "float" : "other";
}

/** As template's `eq`. Throws where Go refuses to compare. */
export function equal(a: GoValue, b: GoValue): boolean {
  const [left, right] = [kind(a), kind(b)];
  if (left === "other" || right === "other") {
    if (a instanceof GoPointer && b instanceof GoPointer) return a.target === b.target;
    if (left === "nil" || right === "nil") return nilValue(a) && nilValue(b);
    for (const value of [a, b])
      if (value instanceof GoSlice || value instanceof GoMap)
        throw new Error(`non-comparable type ${format(value)}: ${value.type}`);
    if (a instanceof GoStruct && b instanceof GoStruct) return a === b;
    throw new Error("incompatible types for comparison");
  }
  if (left !== right) {
    if (left === "nil" || right === "nil") return false;
    throw new Error("incompatible types for comparison");
  }
  if (a instanceof GoFloat && b instanceof GoFloat) return a.value === b.value;
  return left === "nil" || plain(a) === plain(b);
}

function nilValue(value: GoValue): boolean {
  if (value instanceof GoPointer) return value.target === undefined;
  if (value instanceof GoSlice || value instanceof GoMap) return value.isNil;
  return value === undefined || value === null;
}

/** Negative, zero or positive, as template's `lt` and its kin order values. */
export function compare(a: GoValue, b: GoValue): number {
  const [left, right] = [kind(indirect(a)), kind(indirect(b))];
  if (left === "nil" || left === "other" || right === "nil" || right === "other")
    throw new Error("invalid type for comparison");
  if (left !== right) throw new Error("incompatible types for comparison");
  if (left === "bool") throw new Error("invalid type for comparison");
  if (a instanceof GoFloat && b instanceof GoFloat) return a.value - b.value;
  const [x, y] = [plain(a), plain(b)];
  return x === y ? 0 : x < y ? -1 : 1;
}

/** A string, a boolean or an integer in the form JavaScript compares; integers as bigint, whatever their size. */
function plain(value: GoValue): string | bigint | boolean {
  if (value instanceof GoJsonNumber) return value.text;
  if (typeof value === "number") return BigInt(value);
  return value as string | bigint | boolean;
}
