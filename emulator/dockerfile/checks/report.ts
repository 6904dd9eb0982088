import type { LineRange } from "../instruction.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { sourceExcerpt } from "./excerpt.ts";
import { isCheckName, ruleset } from "./ruleset.ts";

/** What ended a check: the message and where. */
export interface CheckError {
  readonly message: string;
  /** Undefined where it is about the whole file. */
  readonly lines: LineRange | undefined;
}

/**
 * What `docker build --check` prints on standard output. Advice is left out. With an error the warnings found before it
 * are told, and nothing when there are none: the error goes to standard error, as `reportError` has it.
 */
export function report(diagnostics: readonly Diagnostic[], text: string, filename: string, error?: CheckError): string {
  const warnings = warningsOf(diagnostics);
  if (warnings.length === 0) return error === undefined ? "Check complete, no warnings found.\n" : "";
  const count = warnings.length === 1 ? "1 warning has" : `${warnings.length} warnings have`;
  const told = [...warnings]
    .sort((a, b) => a.lines.start - b.lines.start)
    .map((each) => {
      const page = each.url === undefined ? "" : ` - ${each.url}`;
      return `\nWARNING: ${each.rule}${page}\n${each.message}\n${sourceExcerpt(text, each.lines, filename)}`;
    });
  return `Check complete, ${count} been found!\n${told.join("")}${error === undefined ? "" : "\n"}`;
}

/** The message of an error with its place, as a check prints it behind `ERROR: `. */
export function reportError({ message, lines }: CheckError, text: string, filename: string): string {
  return `${message}\n${lines === undefined ? "" : sourceExcerpt(text, lines, filename)}`;
}

/** The same as JSON (`--call check,format=json`): in the order of finding, two blanks deep, without a line end. */
export function reportJson(
  diagnostics: readonly Diagnostic[],
  text: string,
  filename: string,
  error?: CheckError,
): string {
  const warnings = warningsOf(diagnostics).map(({ rule, message, url, lines }) => ({
    ruleName: rule,
    ...(isCheckName(rule) ? { description: ruleset[rule].description } : {}),
    ...(url === undefined ? {} : { url }),
    detail: message,
    location: locationOf(lines),
  }));
  const source = { filename, data: base64(text), language: "Dockerfile" };
  const buildError = error && {
    message: error.message,
    location: error.lines === undefined ? {} : locationOf(error.lines),
  };
  const result = {
    warnings: warnings.length === 0 ? null : warnings,
    sources: [source],
    ...(buildError && { buildError }),
  };
  // Go's encoder writes these characters so that the text could stand in HTML.
  return JSON.stringify(result, undefined, 2).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** A warning as a build that goes on tells it: `JSONArgsRecommended: JSON arguments … (line 3)`. */
export function shortWarning({ rule, message, lines }: Diagnostic): string {
  return `${rule}: ${message} (line ${lines.start})`;
}

/** With `error=true` and warnings: the message the build ends with; undefined without any. */
export function violations(diagnostics: readonly Diagnostic[]): string | undefined {
  const rules = new Set(warningsOf(diagnostics).map(({ rule }) => rule));
  return rules.size === 0 ? undefined : `lint violation found for rules: ${[...rules].join(", ")}`;
}

function warningsOf(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.filter(({ severity }) => severity === "warning");
}

/** One range for each line, as BuildKit has them. */
function locationOf({ start, end }: LineRange): object {
  const ranges = [];
  for (let line = start; line <= Math.max(start, end); line++) ranges.push({ start: { line }, end: { line } });
  return { ranges };
}

function base64(text: string): string {
  let bytes = "";
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte);
  return btoa(bytes);
}
