import type { Json } from "../client/json.ts";
import { execute } from "./template/execute.ts";
import { allFunctionNames, basicFunctions, type TemplateFunction } from "./template/functions.ts";
import { parseTemplate, type ParsedTemplate } from "./template/parser.ts";
import { GoJsonNumber, GoMap, GoSlice, type GoValue } from "./template/value.ts";

export { TemplateExecError } from "./template/execute.ts";
export { TemplateSyntaxError } from "./template/lexer.ts";

/** A template of `--format`, with Docker's functions. Throws TemplateSyntaxError. */
export class Template {
  readonly #parsed: ParsedTemplate;

  constructor(source: string, name = "") {
    this.#parsed = parseTemplate(name, source, allFunctionNames);
  }

  /** Over typed values. Throws TemplateExecError. */
  execute(data: GoValue, functions: ReadonlyMap<string, TemplateFunction> = basicFunctions): string {
    return execute(this.#parsed, data, { functions });
  }

  /** Over decoded JSON, where a missing key is an error. Throws TemplateExecError. */
  executeRaw(data: Json): string {
    return execute(this.#parsed, fromJson(data), { functions: basicFunctions, missingKeyIsError: true, untyped: true });
  }
}

/** Decoded JSON as Go holds it in an `interface {}`. */
export function fromJson(value: Json | undefined): GoValue {
  if (value === undefined || value === null) return null;
  if (typeof value === "number" || typeof value === "bigint") return new GoJsonNumber(String(value));
  if (typeof value !== "object") return value;
  if (Array.isArray(value))
    return new GoSlice(
      value.map((item: Json) => fromJson(item)),
      "[]interface {}",
    );
  const entries = Object.entries(value).map(([key, item]) => [key, fromJson(item as Json)] as const);
  return new GoMap(new Map(entries), "map[string]interface {}");
}
