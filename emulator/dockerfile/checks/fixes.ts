import type { Token } from "../language/logical-line.ts";
import type { Edit, Range } from "../language/position.ts";
import type { Scan, ScannedInstruction } from "../language/scan.ts";
import type { Fix } from "./diagnostic.ts";

export function replaced(title: string, range: Range, text: string): Fix {
  return { title, edits: [{ start: range.start, end: range.end, text }] };
}

/** Text put in right behind a place. */
export function inserted(title: string, at: Range["start"], text: string): Fix {
  return { title, edits: [{ start: at, end: at, text }] };
}

/** A flag and the blanks behind it. */
export function withoutFlag(title: string, words: ScannedInstruction, flag: Token): Fix {
  const end = flag.offset + flag.text.length;
  const blanks = /^\s*/.exec(words.logical.text.slice(end))?.[0].length ?? 0;
  return { title, edits: [{ start: flag.start, end: words.logical.positionOf(end + blanks), text: "" }] };
}

/** The whole lines of an instruction. */
export function withoutLines(title: string, scan: Scan, words: ScannedInstruction): Fix {
  return { title, edits: [lineEdit(scan, words.lines.start, words.lines.end)] };
}

/** Takes lines out, with their line ends. */
export function lineEdit(scan: Scan, first: number, last: number): Edit {
  const isLast = last >= scan.lines.length;
  // Without a line behind it the line end before it goes.
  if (isLast && first > 1) {
    const before = scan.lines[first - 2] ?? "";
    const end = { line: last, column: (scan.lines[last - 1] ?? "").length + 1 };
    return { start: { line: first - 1, column: before.length + 1 }, end, text: "" };
  }
  return { start: { line: first, column: 1 }, end: { line: last + 1, column: 1 }, text: "" };
}

/** All words behind the flags; undefined when there are none. */
export function restOf(words: ScannedInstruction): Range | undefined {
  const [first] = words.words;
  const last = words.words.at(-1);
  return first === undefined || last === undefined ? undefined : { start: first.start, end: last.end };
}

/**
 * `npm start` as `["npm", "start"]`; undefined for a line that needs a shell: it has operators, quotes, variables,
 * wildcards, or begins with a builtin.
 */
export function execForm(line: string): string | undefined {
  if (!/^[\w@%+:,./ =~-]+$/.test(line) || /(?:^| )~/.test(line)) return undefined;
  const words = line.trim().split(/ +/);
  const [command = ""] = words;
  if (command === "" || command.includes("=") || builtins.has(command)) return undefined;
  return `[${words.map((word) => JSON.stringify(word)).join(", ")}]`;
}

const builtins = new Set(
  "exec cd export set unset source . : eval exit trap ulimit umask wait read if for while case until".split(" "),
);

/** In the JSON form, where that means the same. */
export function toExecForm(words: ScannedInstruction, line: string): readonly Fix[] {
  const text = execForm(line);
  const range = restOf(words);
  return text === undefined || range === undefined ? [] : [replaced("Use the JSON form", range, text)];
}

/** The name of a variable replaced where a word uses it: `$PAHT` -> `$PATH`. */
export function renamedVariable(token: Token, from: string, to: string): Fix | undefined {
  const at = variableAt(token, from);
  return at === undefined ? undefined : replaced(`Use $${to}`, nameRange(token, at, from), to);
}

/** Where a word uses a variable, with `$` and braces left out. */
export function variableRange(token: Token, name: string): Range | undefined {
  const at = variableAt(token, name);
  return at === undefined ? undefined : nameRange(token, at, name);
}

function variableAt(token: Token, name: string): number | undefined {
  const escaped = name.replace(/[^\w]/g, "\\$&");
  const found = new RegExp(`\\$\\{?(?=${escaped}(?!\\w))`).exec(token.text);
  // A word over several lines has no simple columns.
  return found === null || token.start.line !== token.end.line ? undefined : found.index + found[0].length;
}

function nameRange(token: Token, at: number, name: string): Range {
  const { line, column } = token.start;
  return { start: { line, column: column + at }, end: { line, column: column + at + name.length } };
}

/** `text` in upper or lower case, as `like` is. */
export function inCaseOf(like: string, text: string): string {
  return like === like.toLowerCase() ? text.toLowerCase() : text.toUpperCase();
}
