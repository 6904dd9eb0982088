import { compare, equal } from "./compare.ts";
import { marshal } from "./marshal.ts";
import { format } from "./print.ts";
import { sprintf } from "./printf.ts";
import {
  GoFunction,
  GoJsonNumber,
  GoMap,
  GoPointer,
  GoSlice,
  indirect,
  isTrue,
  typeName,
  type GoValue,
} from "./value.ts";

export interface TemplateFunction {
  readonly minimum: number;
  readonly maximum: number;
  readonly call: (...args: GoValue[]) => GoValue;
  /** Why an argument has the wrong type; `literal` is its text when it is a constant of the template. */
  readonly check?: (value: GoValue, index: number, literal: string | undefined) => string | undefined;
  /** The truth at which the arguments after it are not evaluated any more. */
  readonly shortCircuit?: boolean;
}

export function lookUp(functions: ReadonlyMap<string, TemplateFunction>, name: string): TemplateFunction | undefined {
  return functions.get(name) ?? builtins.get(name);
}

function fixed(count: number, call: (...args: GoValue[]) => GoValue): TemplateFunction {
  return { minimum: count, maximum: count, call };
}

function open(minimum: number, call: (...args: GoValue[]) => GoValue): TemplateFunction {
  return { minimum, maximum: Infinity, call };
}

/** A function of Go strings, slices of them and ints. */
function typed(types: readonly string[], call: (...args: never[]) => GoValue): TemplateFunction {
  const check = (value: GoValue, index: number, literal: string | undefined): string | undefined => {
    const expected = types[index] ?? "";
    const actual = typeName(value);
    if (actual === expected) return undefined;
    if (literal !== undefined && expected === "string") return `expected string; found ${literal}`;
    if (literal !== undefined && expected === "int") return `expected integer; found ${literal}`;
    if (literal !== undefined) return `can't handle ${literal} for arg of type ${expected}`;
    if (value === undefined || value === null) return `invalid value; expected ${expected}`;
    return `wrong type for value; expected ${expected}; got ${actual}`;
  };
  return { minimum: types.length, maximum: types.length, call: call as TemplateFunction["call"], check };
}

const slices = (items: readonly string[]): GoSlice => new GoSlice(items, "[]string");
const texts = (value: GoSlice): string[] => value.items.map((item) => String(item));

/** A blank goes between operands when neither is a string. */
function sprint(args: readonly GoValue[]): string {
  return args
    .map((arg, index) => {
      const before = args[index - 1];
      return (index > 0 && typeof arg !== "string" && typeof before !== "string" ? " " : "") + format(arg);
    })
    .join("");
}

const builtins: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ["and", { minimum: 1, maximum: Infinity, call: () => undefined, shortCircuit: false }],
  ["or", { minimum: 1, maximum: Infinity, call: () => undefined, shortCircuit: true }],
  ["not", fixed(1, (value) => !isTrue(value))],
  ["len", fixed(1, length)],
  ["index", open(1, (item, ...keys) => keys.reduce(index, item))],
  ["slice", open(1, slice)],
  ["print", open(0, (...args) => sprint(args))],
  ["println", open(0, (...args) => `${args.map((arg) => format(arg)).join(" ")}\n`)],
  ["printf", open(1, (layout, ...args) => sprintf(String(layout), args))],
  ["html", open(0, (...args) => escapeHtml(sprint(args)))],
  ["js", open(0, (...args) => escapeJs(sprint(args)))],
  ["urlquery", open(0, (...args) => encodeURIComponent(sprint(args)).replaceAll("%20", "+"))],
  ["call", open(1, call)],
  ["eq", open(1, (first, ...others) => equalAny(first, others))],
  ["ne", fixed(2, (a, b) => !equal(a, b))],
  ["lt", fixed(2, (a, b) => compare(a, b) < 0)],
  ["le", fixed(2, (a, b) => compare(a, b) <= 0)],
  ["gt", fixed(2, (a, b) => compare(a, b) > 0)],
  ["ge", fixed(2, (a, b) => compare(a, b) >= 0)],
]);

/** What Docker adds to Go's own. */
export const basicFunctions: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ["json", fixed(1, (value) => marshal(value))],
  ["split", typed(["string", "string"], (text: string, separator: string) => slices(text.split(separator)))],
  ["join", typed(["[]string", "string"], (items: GoSlice, separator: string) => texts(items).join(separator))],
  [
    "title",
    typed(["string"], (text: string) =>
      text.replace(
        /(^|[^\p{L}\p{N}_'])(\p{L})/gu,
        (_all, before: string, letter: string) => before + letter.toUpperCase(),
      ),
    ),
  ],
  ["lower", typed(["string"], (text: string) => text.toLowerCase())],
  ["upper", typed(["string"], (text: string) => text.toUpperCase())],
  [
    "pad",
    typed(["string", "int", "int"], (text: string, before: number, after: number) =>
      text === "" ? text : " ".repeat(before) + text + " ".repeat(after),
    ),
  ],
  [
    "truncate",
    typed(["string", "int"], (text: string, length: number) => (text.length < length ? text : text.slice(0, length))),
  ],
]);

/** In the header of a table Docker's functions leave the column's name as it is. */
export const headerFunctions: ReadonlyMap<string, TemplateFunction> = new Map(
  [...basicFunctions.keys()].map((name) => [name, open(1, (value) => value)] as const),
);

export const allFunctionNames: ReadonlySet<string> = new Set([...builtins.keys(), ...basicFunctions.keys()]);

function length(value: GoValue): GoValue {
  if (value === undefined || value === null) throw new Error("len of nil pointer");
  if (value instanceof GoPointer && value.target === undefined) throw new Error("len of nil pointer");
  const item = indirect(value);
  if (item instanceof GoJsonNumber) return item.text.length;
  if (typeof item === "string") return new TextEncoder().encode(item).length;
  if (item instanceof GoSlice) return item.items.length;
  if (item instanceof GoMap) return item.entries.size;
  throw new Error(`len of type ${typeName(item)}`);
}

function position(key: GoValue, length: number, limit: number): number {
  if (key === undefined || key === null) throw new Error("cannot index slice/array with nil");
  if (typeof key !== "number" && typeof key !== "bigint")
    throw new Error(`cannot index slice/array with type ${typeName(key)}`);
  const at = Number(key);
  if (at < 0 || at >= limit) throw new Error(`index out of range: ${key}`);
  return Math.min(at, length);
}

function index(container: GoValue, key: GoValue): GoValue {
  if (container === undefined || container === null) throw new Error("index of untyped nil");
  if (container instanceof GoPointer && container.target === undefined) throw new Error("index of nil pointer");
  const item = indirect(container);
  if (item instanceof GoSlice) return item.items[position(key, item.items.length, item.items.length)];
  if (typeof item === "string") {
    const bytes = new TextEncoder().encode(item);
    return bytes[position(key, bytes.length, bytes.length)];
  }
  if (item instanceof GoMap) {
    if (typeof key !== "string" || item.keyType !== "string")
      throw new Error(`value has type ${typeName(key)}; should be ${item.keyType}`);
    return item.entries.has(key) ? item.entries.get(key) : item.zero;
  }
  throw new Error(`can't index item of type ${typeName(item)}`);
}

function slice(container: GoValue, ...bounds: GoValue[]): GoValue {
  const item = indirect(container);
  if (item === undefined || item === null) throw new Error("slice of untyped nil");
  if (bounds.length > 3) throw new Error(`too many slice indexes: ${bounds.length}`);
  if (typeof item !== "string" && !(item instanceof GoSlice))
    throw new Error(`can't slice item of type ${typeName(item)}`);
  if (typeof item === "string" && bounds.length === 3) throw new Error("cannot 3-index slice a string");
  const size = typeof item === "string" ? item.length : item.items.length;
  const [from = 0, to = size] = bounds.map((bound) => position(bound, size, size + 1));
  if (from > to) throw new Error(`invalid slice index: ${from} > ${to}`);
  return typeof item === "string" ? item.slice(from, to) : new GoSlice(item.items.slice(from, to), item.type);
}

function call(target: GoValue, ...args: GoValue[]): GoValue {
  if (target === undefined || target === null) throw new Error("call of nil");
  if (!(target instanceof GoFunction)) throw new Error(`non-function of type ${typeName(target)}`);
  return target.call(...args);
}

function equalAny(first: GoValue, others: readonly GoValue[]): boolean {
  if (others.length === 0) throw new Error("missing argument for comparison");
  return others.some((other) => equal(first, other));
}

const htmlEscapes: Readonly<Record<string, string>> = {
  '"': "&#34;",
  "'": "&#39;",
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  "\0": "\uFFFD",
};

function escapeHtml(text: string): string {
  return text.replace(/["'&<>\0]/g, (character) => htmlEscapes[character] ?? character);
}

function escapeJs(text: string): string {
  return text.replace(/[\\'"<>&=]|\p{Cc}/gu, (character) => {
    if (character === "\\" || character === "'" || character === '"') return `\\${character}`;
    return `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
  });
}
