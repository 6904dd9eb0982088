import { readArguments, splitLine } from "./arguments.ts";
import { DirectiveReader, escapeOf } from "./directives.ts";
import { heredocMarksOf, type HeredocMark } from "./heredoc.ts";
import { DockerfileError, type Directives, type LineRange, type ParseWarning } from "./instruction.ts";
import { InstructionError } from "./instruction-error.ts";
import { kindOf } from "./names.ts";
import { trimLeft, trimSpace } from "./space.ts";
import { WordError } from "./word-error.ts";

export interface Heredoc extends HeredocMark {
  /** The body as written, with line ends and tabs. */
  readonly content: string;
  /** Lines of the body; of an empty one the end is before the start. */
  readonly lines: LineRange;
}

/** One instruction, split into words; what they mean comes later. */
export interface Node {
  /** As written. */
  readonly name: string;
  readonly flags: readonly string[];
  readonly words: readonly string[];
  readonly json: boolean;
  readonly original: string;
  /** The logical line, with the blanks at its end. */
  readonly line: string;
  readonly heredocs: readonly Heredoc[];
  readonly lines: LineRange;
  readonly comment: readonly string[];
  /** First line of the comment; undefined without one. */
  readonly commentStart: number | undefined;
}

export interface Nodes {
  readonly nodes: readonly Node[];
  readonly escape: Directives["escape"];
  readonly warnings: readonly ParseWarning[];
}

/** Bytes of one line, its end not counted. */
const maxLineLength = 65_535;

/** Reads physical lines into instructions. @throws DockerfileError for what can't even be split into words */
export function readNodes(lines: readonly string[], escape: Directives["escape"] = "\\"): Nodes {
  return new NodeReader(lines, escape).read();
}

/** Lines of a text with their ends: what `readNodes` takes. The byte order mark is gone. */
export function linesOf(text: string): string[] {
  const lines = text.replace(/^\ufeff/, "").split("\n");
  const last = lines.pop() ?? "";
  const ended = lines.map((line) => `${line}\n`);
  return last === "" ? ended : [...ended, last];
}

class NodeReader {
  readonly #lines: readonly string[];
  readonly #directives = new DirectiveReader();
  readonly #nodes: Node[] = [];
  readonly #warnings: ParseWarning[] = [];
  #escape: Directives["escape"];
  /** Lines read: also the number of the last one. */
  #read = 0;
  #comment: string[] = [];
  #commentStart: number | undefined;

  constructor(lines: readonly string[], escape: Directives["escape"]) {
    this.#lines = lines;
    this.#escape = escape;
  }

  read(): Nodes {
    for (let line = this.#next(); line !== undefined; line = this.#next()) this.#statement(line);
    if (this.#nodes.length === 0) throw this.#error("file with no instructions", Math.max(this.#read, 1));
    if (this.#read < this.#lines.length)
      throw this.#error(`dockerfile line greater than max allowed size of ${maxLineLength}`, this.#read + 1);
    return { nodes: this.#nodes, escape: this.#escape, warnings: this.#warnings };
  }

  /** Undefined at the end, and before a line that is too long: BuildKit reads no further. */
  #next(): string | undefined {
    const line = this.#lines[this.#read];
    if (line === undefined || isTooLong(line)) return undefined;
    this.#read++;
    return line;
  }

  #statement(first: string): void {
    const start = this.#read;
    const text = trimLeft(trimLineEnd(first));
    const directive = this.#directives.read(text, start);
    if (directive?.name === "escape") this.#escape = escapeOf(directive.value, start);
    if (text.startsWith("#")) {
      if (directive === undefined) this.#addComment(first);
      return;
    }
    let part = this.#part(text);
    if (part.ends && part.text === "") return;
    const parts = [part.text];
    let emptyLine = false;
    while (!part.ends) {
      const line = this.#next();
      if (line === undefined) break;
      const trimmed = trimLeft(trimLineEnd(line));
      if (trimmed.startsWith("#")) continue;
      if (trimmed === "") {
        emptyLine = true;
        continue;
      }
      part = this.#part(trimLineEnd(line));
      parts.push(part.text);
    }
    if (emptyLine) this.#warnings.push({ rule: "NoEmptyContinuation", lines: { start: this.#read, end: this.#read } });
    try {
      this.#node(parts.join(""), start);
    } catch (error) {
      if (error instanceof InstructionError || error instanceof WordError)
        throw this.#error(error.message, start, this.#read);
      throw error;
    }
  }

  #node(line: string, start: number): void {
    const statement = splitStatement(line, this.#escape);
    const heredocs = statement.heredocs && line.includes("<<") ? heredocMarksOf(line) : [];
    const bodies = heredocs.map((mark) => this.#body(mark, start));
    this.#nodes.push({
      ...statement,
      original: trimSpace(line),
      line,
      heredocs: bodies,
      lines: { start, end: this.#read },
      comment: this.#comment,
      commentStart: this.#commentStart,
    });
    this.#comment = [];
    this.#commentStart = undefined;
  }

  #body(mark: HeredocMark, start: number): Heredoc {
    const first = this.#read + 1;
    const content: string[] = [];
    for (;;) {
      const line = this.#next();
      if (line === undefined) throw this.#error("unterminated heredoc", start, this.#read);
      const end = trimLineEnd(line);
      if ((mark.chomp ? end.replace(/^\t+/, "") : end) === mark.name) break;
      content.push(line);
    }
    return { ...mark, content: content.join(""), lines: { start: first, end: this.#read - 1 } };
  }

  #part(line: string): { readonly text: string; readonly ends: boolean } {
    let end = line.length;
    while (end > 0 && (line[end - 1] === " " || line[end - 1] === "\t")) end--;
    // An escaped escape character continues nothing.
    if (line[end - 1] !== this.#escape || line[end - 2] === this.#escape) return { text: line, ends: true };
    return { text: line.slice(0, end - 1), ends: false };
  }

  #addComment(line: string): void {
    // As BuildKit: without the first character, be it `#` or a blank before it.
    const comment = trimSpace(line.slice(1));
    if (comment === "") {
      this.#comment = [];
      this.#commentStart = undefined;
      return;
    }
    this.#comment.push(comment);
    this.#commentStart ??= this.#read;
  }

  #error(message: string, start: number, end = start): DockerfileError {
    return new DockerfileError(message, { start, end: Math.max(start, end) }, undefined, false);
  }
}

interface Statement {
  readonly name: string;
  readonly flags: readonly string[];
  readonly words: readonly string[];
  readonly json: boolean;
  /** Whether heredocs may follow. */
  readonly heredocs: boolean;
}

/** @throws InstructionError */
function splitStatement(line: string, escape: Directives["escape"], within = 0): Statement {
  const { name, flags, rest } = splitLine(line, escape);
  const kind = kindOf(name);
  if (kind === "ONBUILD") {
    // `ONBUILD ONBUILD …` is refused later; what it would trigger is of no use.
    if (rest === "" || within > 1) return { name, flags, words: [], json: false, heredocs: false };
    const trigger = splitStatement(rest, escape, within + 1);
    const heredocs = trigger.heredocs && kindOf(trigger.name) !== "ONBUILD";
    return { name, flags, words: [trigger.name, ...trigger.words], json: false, heredocs };
  }
  // Of what is no instruction the name alone is told, later.
  const { words, json } = kind === undefined ? { words: [], json: false } : readArguments[kind](rest, escape);
  const heredocs = !json && (kind === "ADD" || kind === "COPY" || kind === "RUN");
  return { name, flags, words, json, heredocs };
}

function trimLineEnd(line: string): string {
  let end = line.length;
  while (end > 0 && (line[end - 1] === "\n" || line[end - 1] === "\r")) end--;
  return line.slice(0, end);
}

function isTooLong(line: string): boolean {
  const ended = line.endsWith("\n") ? 1 : 0;
  if ((line.length - ended) * 3 <= maxLineLength) return false;
  return new TextEncoder().encode(line).length - ended > maxLineLength;
}
