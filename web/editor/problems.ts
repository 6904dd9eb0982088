import { checkText } from "../../emulator/dockerfile/checks/check.ts";
import type { Fix, RuleName } from "../../emulator/dockerfile/checks/diagnostic.ts";
import type { CheckSource } from "../../emulator/dockerfile/checks/source.ts";
import type { DockerfileError, LineRange } from "../../emulator/dockerfile/instruction.ts";
import type { Range } from "../../emulator/dockerfile/language/position.ts";
import { withSuggestion } from "../../emulator/dockerfile/message.ts";

/** Something to mend in a Dockerfile, and how. */
export interface Problem {
  /** `error`: it does not build. `warning`: a check of BuildKit. `advice`: our own. */
  readonly severity: "error" | "warning" | "advice";
  readonly message: string;
  /** Undefined for what the parser cannot read. */
  readonly rule: RuleName | undefined;
  readonly range: Range;
  readonly fixes: readonly Fix[];
}

/** What is known beside the text. */
export type ProblemsContext = Pick<CheckSource, "ignore" | "baseImage">;

/** Of the whole text, in the order of its lines: the first thing that cannot be read, and what the checks say. */
export function problemsOf(text: string, context: ProblemsContext = {}): readonly Problem[] {
  // Nothing was written yet, which is no mistake.
  if (text.trim() === "") return [];
  const lines = text.split(/\r?\n/);
  const { diagnostics, error } = checkText({ text, ...context });
  const found = diagnostics
    .map(({ rule, message, lines: about, range, severity, fixes }): Problem => {
      return { severity, message, rule, range: range ?? firstLine(about, lines), fixes };
    })
    .concat(error === undefined ? [] : [unreadable(error, lines)]);
  return found.sort((a, b) => a.range.start.line - b.range.start.line || a.range.start.column - b.range.start.column);
}

function unreadable(error: DockerfileError, lines: readonly string[]): Problem {
  const { message, suggestion } = error;
  const word = /['"]([^'"]+)['"]/.exec(message)?.[1] ?? /: (\S+)$/.exec(message)?.[1];
  const range = (word === undefined ? undefined : find(word, error.lines, lines)) ?? firstLine(error.lines, lines);
  const fixes: Fix[] = [];
  if (word !== undefined && suggestion !== undefined) {
    const text = word.startsWith("--") ? `--${suggestion}` : suggestion;
    fixes.push({ title: `Change to ${text}`, edits: [{ ...range, text }] });
  }
  return { severity: "error", message: withSuggestion(message, suggestion), rule: undefined, range, fixes };
}

/** Where the word stands first in the lines. */
function find(word: string, about: LineRange, lines: readonly string[]): Range | undefined {
  for (let line = about.start; line <= about.end; line++) {
    const at = (lines[line - 1] ?? "").indexOf(word);
    if (at >= 0) return { start: { line, column: at + 1 }, end: { line, column: at + 1 + word.length } };
  }
  return undefined;
}

/** The first line of an instruction, without the blanks around: all of a long one underlined is too much. */
function firstLine(about: LineRange, lines: readonly string[]): Range {
  const line = Math.min(Math.max(1, about.start), Math.max(1, lines.length));
  const text = lines[line - 1] ?? "";
  const from = text.length - text.trimStart().length;
  return { start: { line, column: from + 1 }, end: { line, column: Math.max(from, text.trimEnd().length) + 1 } };
}
