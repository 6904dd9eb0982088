import * as v from "valibot";
import { parseDocument } from "yaml";
import type { Problems } from "./problems.ts";

export interface Split {
  readonly matter: string;
  readonly body: string;
  /** Lines before the body. */
  readonly bodyLine: number;
}

/** The part between two lines of `---` at the top, and the rest. Undefined when there is none. */
export function splitFrontMatter(text: string): Split | undefined {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  if (lines[0]?.trimEnd() !== "---") return undefined;
  const end = lines.findIndex((line, i) => i > 0 && line.trimEnd() === "---");
  if (end < 0) return undefined;
  return { matter: lines.slice(1, end).join("\n"), body: lines.slice(end + 1).join("\n"), bodyLine: end + 1 };
}

/** Front matter as the schema has it; undefined when something is wrong, which `problems` then knows. */
export function readFrontMatter<S extends v.GenericSchema>(
  matter: string,
  schema: S,
  problems: Problems,
): v.InferOutput<S> | undefined {
  const document = parseDocument(matter, { prettyErrors: false });
  const [syntax] = document.errors;
  if (syntax !== undefined) {
    problems.add(lineAt(matter, syntax.pos[0]), `the front matter is no YAML: ${syntax.message}`);
    return undefined;
  }
  const result = v.safeParse(schema, document.toJS() ?? {});
  if (result.success) return result.output;
  for (const issue of result.issues) {
    const field = String(issue.path?.[0]?.key ?? "");
    const at = matter.split("\n").findIndex((line) => line.startsWith(`${field}:`));
    problems.add(at < 0 ? 2 : at + 2, describe(field, issue));
  }
  return undefined;
}

function describe(field: string, issue: v.BaseIssue<unknown>): string {
  if (issue.type === "strict_object")
    return issue.expected === "never"
      ? `there is no field ${JSON.stringify(field)} in front matter: take it out`
      : `the front matter has no ${JSON.stringify(field)}: add a line "${field}: …"`;
  return `${field}: ${issue.message}`;
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length + 1;
}
