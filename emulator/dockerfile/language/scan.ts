import { DirectiveReader } from "../directives.ts";
import { heredocMarksOf } from "../heredoc.ts";
import { DockerfileError, type InstructionKind, type LineRange } from "../instruction.ts";
import { kindOf } from "../names.ts";
import { WordError } from "../word-error.ts";
import { LogicalLine, type Piece, type Token } from "./logical-line.ts";

/** `# name=value` at the top. */
export interface ScannedDirective {
  readonly kind: "directive";
  readonly lines: LineRange;
  readonly name: string;
  readonly value: string;
}

/** Comment lines one below the other. */
export interface ScannedComment {
  readonly kind: "comment";
  readonly lines: LineRange;
}

export interface ScannedHeredoc {
  readonly name: string;
  /** Without the terminator; of an empty body the end is before the start. */
  readonly lines: LineRange;
  /** False when the text ends before its terminator. */
  readonly terminated: boolean;
}

export interface ScannedInstruction {
  readonly kind: "instruction";
  /** From the keyword to the last line, heredoc bodies included. */
  readonly lines: LineRange;
  /** The same without the heredocs. */
  readonly header: LineRange;
  readonly logical: LogicalLine;
  /** The last line goes on, with nothing behind it. */
  readonly open: boolean;
  readonly keyword: Token;
  /** Undefined for a keyword that is none (yet). */
  readonly instruction: InstructionKind | undefined;
  /** Words behind the keyword that start with `--`. */
  readonly flags: readonly Token[];
  /** All other words. */
  readonly words: readonly Token[];
  readonly heredocs: readonly ScannedHeredoc[];
}

export type ScannedItem = ScannedDirective | ScannedComment | ScannedInstruction;

/** A Dockerfile by lines, however broken: what the editor works on while somebody types. */
export interface Scan {
  readonly escape: "\\" | "`";
  /** Without their line ends. */
  readonly lines: readonly string[];
  readonly items: readonly ScannedItem[];
}

/** Never throws. */
export function scan(text: string): Scan {
  return new Scanner(text.replace(/^\ufeff/, " ").split("\n")).run();
}

/** Where the words of an ONBUILD's own instruction begin: the keyword it triggers, its flags and words. */
export function triggerOf(item: ScannedInstruction): ScannedInstruction | undefined {
  const [keyword, ...rest] = item.words;
  if (item.instruction !== "ONBUILD" || keyword === undefined) return undefined;
  return { ...item, keyword, instruction: kindOf(keyword.text), ...splitFlags(rest) };
}

class Scanner {
  readonly #lines: readonly string[];
  readonly #items: ScannedItem[] = [];
  readonly #directives = new DirectiveReader();
  #escape: Scan["escape"] = "\\";
  #at = 0;

  constructor(lines: readonly string[]) {
    this.#lines = lines.map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));
  }

  run(): Scan {
    while (this.#at < this.#lines.length) this.#next();
    return { escape: this.#escape, lines: this.#lines, items: this.#items };
  }

  #next(): void {
    const line = this.#lines[this.#at] ?? "";
    const number = this.#at + 1;
    const trimmed = line.trimStart();
    const directive = this.#directive(trimmed, number);
    if (directive !== undefined) {
      this.#items.push(directive);
      this.#at++;
    } else if (trimmed === "") this.#at++;
    else if (trimmed.startsWith("#")) this.#comment(number);
    else this.#instruction();
  }

  #directive(line: string, number: number): ScannedDirective | undefined {
    try {
      const found = this.#directives.read(line, number);
      if (found === undefined) return undefined;
      if (found.name === "escape" && found.value === "`") this.#escape = "`";
      return { kind: "directive", lines: { start: number, end: number }, ...found };
    } catch (error) {
      if (error instanceof DockerfileError) return undefined;
      throw error;
    }
  }

  #comment(number: number): void {
    const above = this.#items.at(-1);
    this.#at++;
    if (above?.kind === "comment" && above.lines.end === number - 1)
      this.#items.splice(-1, 1, { kind: "comment", lines: { start: above.lines.start, end: number } });
    else this.#items.push({ kind: "comment", lines: { start: number, end: number } });
  }

  #instruction(): void {
    const start = this.#at + 1;
    let end = start;
    const pieces: Piece[] = [];
    let open = true;
    while (open && this.#at < this.#lines.length) {
      const line = this.#lines[this.#at] ?? "";
      this.#at++;
      const skipped = pieces.length > 0 && (line.trim() === "" || line.trimStart().startsWith("#"));
      if (skipped) continue;
      const body = withoutContinuation(line, this.#escape);
      open = body !== undefined;
      pieces.push({ text: body ?? line, line: this.#at });
      end = this.#at;
    }
    // An open continuation takes in the blank lines and comments behind it only when something follows them.
    this.#at = end;
    const logical = new LogicalLine(pieces, this.#escape);
    const [keyword, ...rest] = logical.words();
    if (keyword === undefined) return;
    const instruction = kindOf(keyword.text);
    const { flags, words } = splitFlags(rest);
    const inner = instruction === "ONBUILD" ? kindOf(words[0]?.text ?? "") : instruction;
    const mayHold = inner === "RUN" || inner === "COPY" || inner === "ADD";
    const heredocs = mayHold && logical.text.includes("<<") ? this.#heredocs(logical.text) : [];
    this.#items.push({
      kind: "instruction",
      lines: { start, end: this.#at },
      header: { start, end },
      logical,
      open,
      keyword,
      instruction,
      flags,
      words,
      heredocs,
    });
  }

  #heredocs(line: string): ScannedHeredoc[] {
    return marksOf(line).map(({ name, chomp }) => {
      const start = this.#at + 1;
      while (this.#at < this.#lines.length) {
        const body = this.#lines[this.#at] ?? "";
        this.#at++;
        if ((chomp ? body.replace(/^\t+/, "") : body) === name)
          return { name, lines: { start, end: this.#at - 1 }, terminated: true };
      }
      return { name, lines: { start, end: this.#at }, terminated: false };
    });
  }
}

function marksOf(line: string): ReturnType<typeof heredocMarksOf> {
  try {
    return heredocMarksOf(line);
  } catch (error) {
    if (error instanceof WordError) return [];
    throw error;
  }
}

/** The line up to its continuation character; undefined when it has none. */
function withoutContinuation(line: string, escape: string): string | undefined {
  const body = line.replace(/[ \t]+$/, "");
  if (!body.endsWith(escape) || body.at(-2) === escape) return undefined;
  return body.slice(0, -1);
}

function splitFlags(tokens: readonly Token[]): { readonly flags: Token[]; readonly words: Token[] } {
  const count = tokens.findIndex((token) => !token.text.startsWith("--"));
  const flags = count < 0 ? [...tokens] : tokens.slice(0, count);
  return { flags, words: count < 0 ? [] : tokens.slice(count) };
}
