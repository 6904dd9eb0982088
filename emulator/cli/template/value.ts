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
    /** How encoding/json writes it; undefined when it is written by its fields. */
    readonly json?: readonly GoJsonField[],
    /** Fields that are there to be printed and marshalled as one unit with their own fields promoted. */
    readonly methods: ReadonlyMap<string, GoFunction> = new Map(),
  ) {}
}

export interface GoJsonField {
  readonly field: string;
  readonly name: string;
  readonly omitEmpty: boolean;
}

export class GoPointer {
  constructor(
    /** Undefined is a nil pointer. */
    readonly target: GoStruct | undefined,
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
  return value.type;
}

/** What `if`, `and`, `or`, `not` and `with` go by. */
export function isTrue(value: GoValue): boolean {
  if (value === undefined || value === null) return false;
  if (value instanceof GoFloat) return value.value !== 0;
  if (value instanceof GoSlice) return value.items.length > 0;
  if (value instanceof GoMap) return value.entries.size > 0;
  if (value instanceof GoPointer) return value.target !== undefined;
  if (typeof value === "object") return true;
  return value !== false && value !== "" && value !== 0 && value !== 0n;
}

export function indirect(value: GoValue): GoValue {
  return value instanceof GoPointer && value.target !== undefined ? value.target : value;
}
