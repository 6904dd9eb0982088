import { explainField, type DocumentKind } from "./explain.ts";

/** A line of a JSON document as it is shown. */
export interface DocumentLine {
  readonly indent: number;
  readonly key: string | undefined;
  /** What stands after the key. */
  readonly text: string;
  /** One sentence on the field. */
  readonly explanation: string | undefined;
  /** Nothing is set there: `""`, `0`, `null`, `[]`, … */
  readonly isEmpty: boolean;
}

/** An object of scalars stays on a line up to here. */
const longestLine = 76;
/** One of a list, such as a mount: folded where it is shown. */
const longestElement = 240;

/** Undefined where the text is no JSON of an object. */
export function documentLines(text: string, kind: DocumentKind): readonly DocumentLine[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const lines: DocumentLine[] = [];
  write(value, [], 0, undefined, "");
  return lines;

  function write(value: unknown, path: readonly string[], indent: number, key: string | undefined, end: string): void {
    const explanation =
      key === undefined && !path.at(-1)?.startsWith("*") ? undefined : explainField(kind, path, value);
    const line = (text: string, isEmpty: boolean): void => {
      lines.push({ indent, key, text, explanation, isEmpty });
    };
    const room = path.at(-1) === "*" ? longestElement : longestLine;
    if (isFlat(value, room) || indent > 12) {
      line(flat(value) + end, isNothing(value));
      return;
    }
    const isList = Array.isArray(value);
    const entries: [string, unknown][] = isList
      ? value.map((each): [string, unknown] => ["*", each])
      : Object.entries(value as object);
    line(isList ? "[" : "{", isNothing(value));
    for (const [i, [name, inner]] of entries.entries())
      write(inner, [...path, name], indent + 1, isList ? undefined : name, i < entries.length - 1 ? "," : "");
    lines.push({
      indent,
      key: undefined,
      text: (isList ? "]" : "}") + end,
      explanation: undefined,
      isEmpty: isNothing(value),
    });
  }
}

function isScalar(value: unknown): boolean {
  return typeof value !== "object" || value === null;
}

/** Lists of words stay on one line, which is folded where it is shown; so do small objects. */
function isFlat(value: unknown, room: number): boolean {
  if (isScalar(value)) return true;
  if (Array.isArray(value)) return value.every(isScalar);
  const inner = Object.values(value as object);
  if (inner.length === 0) return true;
  const isSmall = (each: unknown) => isScalar(each) || (Array.isArray(each) && each.every(isScalar));
  return inner.every(isSmall) && flat(value).length <= room && inner.length <= 5;
}

function flat(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "[]" : `[${value.map(flat).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, inner]) => `${JSON.stringify(key)}: ${flat(inner)}`);
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}

function isNothing(value: unknown): boolean {
  if (value === "" || value === 0 || value === null || value === false) return true;
  if (Array.isArray(value)) return value.every(isNothing);
  return typeof value === "object" && value !== null && Object.values(value).every(isNothing);
}
