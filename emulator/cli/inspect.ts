import { EngineError } from "../client/error.ts";
import type { JsonObject } from "../client/json.ts";
import { StatusError, type Cli, type Result } from "./command.ts";
import { forEachName } from "./error-text.ts";
import type { GoType } from "./gotype/type.ts";
import { decodeGo } from "./gotype/decode.ts";
import { indentJson } from "./indent-json.ts";
import { parseOrFail } from "./run-template.ts";
import { type Template, TemplateExecError } from "./template.ts";

/** An object as the engine described it, and the Go type its template fields follow. */
export interface Inspected {
  readonly text: string;
  readonly value: JsonObject;
  readonly type?: () => GoType;
}

/** `inspect`: the objects as a JSON list, or each through the template; what is not found is told at the end. */
export async function inspectObjects(
  cli: Cli,
  names: readonly string[],
  format: string,
  fetch: (name: string) => Promise<Inspected>,
): Promise<Result> {
  const template = format === "" || format === "json" ? undefined : parseOrFail(format);
  const texts: string[] = [];
  const failures = await forEachName(names, async (name) => {
    const found = await fetch(name);
    if (format === "") texts.push(found.text);
    else if (template === undefined) texts.push(`${compact(found.text)}`);
    else texts.push(runTemplate(template, found));
  });
  if (format === "" || template === undefined)
    await cli.out(format === "json" ? `[${texts.join(",")}]\n` : listOf(texts));
  else await cli.out(texts.length === 0 ? "\n" : texts.map((text) => `${text}\n`).join(""));
  if (failures.length > 0) throw new StatusError(1, failures.join("\n"));
  return 0;
}

function listOf(texts: readonly string[]): string {
  return texts.length === 0 ? "[]\n" : `${indentJson(`[${texts.join(",")}]`)}\n`;
}

function compact(text: string): string {
  return (text.match(/"(?:[^"\\]|\\.)*"|\S/g) ?? []).join("");
}

/** Fields are looked up in the Go type first; what it does not know is looked up in the JSON as it came. */
export function runTemplate(template: Template, { value, type }: Inspected): string {
  if (type !== undefined)
    try {
      return template.execute(decodeGo(type(), value));
    } catch (error) {
      if (!(error instanceof TemplateExecError)) throw error;
    }
  try {
    return template.executeRaw(value);
  } catch (error) {
    if (error instanceof TemplateExecError)
      throw new Error(`template parsing error: ${error.message}`, { cause: error });
    throw error;
  }
}

export function isNotFound(error: unknown): boolean {
  return error instanceof EngineError && error.status === 404;
}
