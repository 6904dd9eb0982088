import { Template, TemplateExecError, TemplateSyntaxError } from "../template.ts";
import { headerFunctions } from "../template/functions.ts";
import { type GoFunction, GoMap, GoStruct, type GoField, type GoValue } from "../template/value.ts";
import { align } from "./tabwriter.ts";

/** One column: its header in a table, and its value. */
export interface Column<T> {
  readonly header: string;
  readonly value: (row: T) => GoValue;
}

/** What `--format` can name for one kind of object. */
export interface Format<T> {
  /** Go's name of the type, for error messages. */
  readonly type: string;
  readonly columns: Readonly<Record<string, Column<T>>>;
  /** Columns that take arguments: `{{.Label "x"}}`. */
  readonly methods?: (row: T) => ReadonlyMap<string, GoFunction>;
  /** `--format raw`. */
  readonly raw?: string;
}

const TABLE = "table";

/** Rows written by a template: `table`, `table TEMPLATE`, `json`, or a template. */
export function render<T>(format: Format<T>, template: string, defaultTable: string, rows: readonly T[]): string {
  const isTable = template.startsWith(TABLE);
  const source = sourceOf(template === "raw" ? (format.raw ?? template) : template, isTable, defaultTable);
  const parsed = parse(source);
  const run = (row: T): string => {
    try {
      return parsed.execute(rowValue(format, row));
    } catch (error) {
      if (error instanceof TemplateExecError)
        throw new Error(`template parsing error: ${error.message}`, { cause: error });
      throw error;
    }
  };
  const body = rows.map((row) => `${run(row)}\n`).join("");
  if (!isTable) return body;
  const headers = Object.entries(format.columns).map(([name, column]) => [name, column.header] as const);
  const header = parsed.execute(new GoMap(new Map(headers), "formatter.SubHeaderContext", ""), headerFunctions);
  return align(`${header}\n${body}`);
}

function sourceOf(template: string, isTable: boolean, defaultTable: string): string {
  if (template === "json") return "{{json .}}";
  const bare = isTable ? template.slice(TABLE.length) : template;
  const chosen = isTable && bare.trim() === "" ? defaultTable : bare;
  return chosen
    .replace(/^ +| +$/g, "")
    .replaceAll("\\t", "\t")
    .replaceAll("\\n", "\n");
}

function parse(source: string): Template {
  try {
    return new Template(source);
  } catch (error) {
    if (error instanceof TemplateSyntaxError)
      throw new Error(`template parsing error: ${error.message}`, { cause: error });
    throw error;
  }
}

/** A row as a template sees it; columns are computed when they are named. */
export function rowValue<T>(format: Format<T>, row: T): GoStruct {
  const names = Object.keys(format.columns);
  const methods = new Map(format.methods?.(row) ?? []);
  const lazy = new LazyFields(format.columns, row);
  const declared = [...names].sort().map((name) => plainField(name));
  return new GoStruct(format.type, lazy, declared, methods, true);
}

function plainField(name: string): GoField {
  return { name, json: name, omitEmpty: false, hidden: false, embedded: false };
}

class LazyFields<T> extends Map<string, GoValue> {
  readonly #columns: Readonly<Record<string, Column<T>>>;
  readonly #row: T;

  constructor(columns: Readonly<Record<string, Column<T>>>, row: T) {
    super();
    this.#columns = columns;
    this.#row = row;
  }

  override has(name: string): boolean {
    return Object.hasOwn(this.#columns, name);
  }

  override get(name: string): GoValue {
    return this.#columns[name]?.value(this.#row);
  }
}
