/**
 * Values as Go's text/template sees them. JavaScript's own stand for strings, booleans and integers (number, or bigint
 * beyond 2^53); null is a nil interface; undefined is the absent value, printed `<no value>`.
 */
export type GoValue =
  | undefined
  | null
  | boolean
  | string
  | number
  | bigint
  | GoFloat
  | GoSlice
  | GoMap
  | GoStruct
  | GoPointer
  | GoTime
  | GoDuration
  | GoJsonNumber
  | GoFunction;

export class GoFloat {
  constructor(readonly value: number) {}
}

export class GoSlice {
  constructor(
    readonly items: readonly GoValue[],
    /** Go's name: `[]string`. */
    readonly type: string,
    readonly isNil = false,
  ) {}
}

export class GoMap {
  /** Keys are sorted when they are walked, as Go does. */
  constructor(
    readonly entries: ReadonlyMap<string, GoValue>,
    /** Go's name: `map[string]string`. */
    readonly type: string,
    /** What a key that is not there yields in `index`. */
    readonly zero: GoValue = undefined,
    readonly isNil = false,
    /** Go's name of the keys' type; only `string` can be indexed by a string. */
    readonly keyType = "string",
  ) {}

  sorted(): [string, GoValue][] {
    return [...this.entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  }
}

/** Fields in declaration order. */
export class GoStruct {
  constructor(
    readonly type: string,
    readonly fields: ReadonlyMap<string, GoValue>,
    /** What encoding/json and field promotion need to know of the fields; undefined when there is nothing special. */
    readonly declared: readonly GoField[] | undefined = undefined,
    readonly methods: ReadonlyMap<string, GoFunction> = new Map(),
    /** The type writes its own JSON, in which `<`, `>` and `&` are escaped. */
    readonly marshalsItself = false,
    /** The type's own way to print itself. */
    readonly text: string | undefined = undefined,
  ) {}

  /** The field of that name, of this struct or of one embedded in it. */
  lookUp(name: string): { readonly value: GoValue } | undefined {
    if (this.fields.has(name)) return { value: this.fields.get(name) };
    for (const field of this.declared ?? []) {
      if (!field.embedded) continue;
      const inner = indirect(this.fields.get(field.name));
      const found = inner instanceof GoStruct ? inner.lookUp(name) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

export interface GoField {
  readonly name: string;
  readonly json: string;
  readonly omitEmpty: boolean;
  readonly hidden: boolean;
  readonly embedded: boolean;
}

export class GoPointer {
  constructor(
    /** Undefined is a nil pointer. */
    readonly target: GoValue,
    /** Go's name: `*container.State`. */
    readonly type: string,
  ) {}
}

export class GoTime {
  constructor(
    /** RFC 3339, as it came. */
    readonly text: string,
  ) {}
}

/** Nanoseconds that print as `1m30s`. */
export class GoDuration {
  constructor(readonly nanoseconds: number) {}
}

/** A number of decoded JSON, whose type Go leaves open: a text to every function but `json`. */
export class GoJsonNumber {
  constructor(readonly text: string) {}
}

/** A method or function value; arguments are checked against `parameters` (undefined: any number). */
export class GoFunction {
  constructor(
    readonly parameters: number | undefined,
    readonly call: (...args: GoValue[]) => GoValue,
    readonly type = "func()",
  ) {}
}

export function typeName(value: GoValue): string {
  if (value === undefined || value === null) return "<nil>";
  switch (typeof value) {
    case "boolean":
      return "bool";
    case "string":
      return "string";
    case "number":
    case "bigint":
      return "int";
    default:
  }
  if (value instanceof GoFloat) return "float64";
  if (value instanceof GoTime) return "time.Time";
  if (value instanceof GoDuration) return "time.Duration";
  if (value instanceof GoJsonNumber) return "json.Number";
  return value.type;
}

/** What `if`, `and`, `or`, `not` and `with` go by. */
export function isTrue(value: GoValue): boolean {
  if (value === undefined || value === null) return false;
  if (value instanceof GoFloat) return value.value !== 0;
  if (value instanceof GoDuration) return value.nanoseconds !== 0;
  if (value instanceof GoJsonNumber) return value.text !== "";
  if (value instanceof GoSlice) return value.items.length > 0;
  if (value instanceof GoMap) return value.entries.size > 0;
  if (value instanceof GoPointer) return value.target !== undefined;
  if (typeof value === "object") return true;
  return value !== false && value !== "" && value !== 0 && value !== 0n;
}

export function indirect(value: GoValue): GoValue {
  return value instanceof GoPointer && value.target !== undefined ? value.target : value;
}
