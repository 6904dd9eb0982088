import { Template, TemplateSyntaxError } from "./template.ts";
import type { GoValue } from "./template/value.ts";
import { StatusError } from "./command.ts";

/** One object through `--format`, with the line break that follows it. */
export function runOrFail(format: string, name: string, value: GoValue): string {
  const template = parseOrFail(format === "json" ? "{{json .}}" : format, name);
  return `${template.execute(value)}\n`;
}

/** A template that does not parse ends the command with 64. */
export function parseOrFail(format: string, name = ""): Template {
  try {
    return new Template(format, name);
  } catch (error) {
    if (error instanceof TemplateSyntaxError) throw new StatusError(64, `template parsing error: ${error.message}`);
    throw error;
  }
}
