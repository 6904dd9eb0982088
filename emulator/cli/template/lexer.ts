/** A template that cannot be parsed; the message is Go's, with name and line. */
export class TemplateSyntaxError extends Error {}

export type TokenKind =
  | "text"
  | "open"
  | "close"
  | "space"
  | "field"
  | "variable"
  | "identifier"
  | "keyword"
  | "bool"
  | "nil"
  | "dot"
  | "number"
  | "string"
  | "raw"
  | "char"
  | "pipe"
  | "paren-open"
  | "paren-close"
  | "assign"
  | "declare"
  | "comma"
  | "eof"
  | "error";

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  /** Offset in the source. */
  readonly at: number;
  readonly line: number;
}

const keywords = new Set([
  "block",
  "break",
  "continue",
  "define",
  "else",
  "end",
  "if",
  "nil",
  "range",
  "template",
  "with",
]);
const word = /[\p{L}\p{Nd}_]/u;

/** All tokens of a template, ending with `eof` or `error`. */
export function lex(source: string): Token[] {
  return new Lexer(source).run();
}

class Lexer {
  readonly #source: string;
  readonly #tokens: Token[] = [];
  #at = 0;
  #line = 1;
  #parens = 0;

  constructor(source: string) {
    this.#source = source;
  }

  run(): Token[] {
    while (this.#text()) while (this.#inside());
    return this.#tokens;
  }

  #emit(kind: TokenKind, end: number): void {
    const text = this.#source.slice(this.#at, end);
    this.#tokens.push({ kind, text, at: this.#at, line: this.#line });
    this.#line += text.split("\n").length - 1;
    this.#at = end;
  }

  #skip(end: number): void {
    this.#line += this.#source.slice(this.#at, end).split("\n").length - 1;
    this.#at = end;
  }

  #error(message: string): false {
    this.#tokens.push({ kind: "error", text: message, at: this.#at, line: this.#line });
    this.#at = this.#source.length + 1;
    return false;
  }

  /** Text up to the next action; false at the end. */
  #text(): boolean {
    if (this.#at > this.#source.length) return false;
    const open = this.#source.indexOf("{{", this.#at);
    if (open === -1) {
      if (this.#at < this.#source.length) this.#emit("text", this.#source.length);
      this.#emit("eof", this.#source.length);
      return false;
    }
    const trims = /^\{\{-\s/.test(this.#source.slice(open, open + 4));
    const raw = this.#source.slice(this.#at, open);
    const kept = trims ? raw.trimEnd() : raw;
    if (kept !== "") this.#emit("text", this.#at + kept.length);
    this.#skip(open);
    const start = open + (trims ? 4 : 2);
    if (this.#source.startsWith("/*", start - (trims ? 1 : 0)) || this.#source.startsWith("/*", start))
      return this.#comment(this.#source.indexOf("/*", open));
    this.#emit("open", open + 2);
    if (trims) this.#skip(start);
    this.#parens = 0;
    return true;
  }

  #comment(start: number): boolean {
    const end = this.#source.indexOf("*/", start + 2);
    if (end === -1) return this.#error("unclosed comment");
    const close = /^(?:\s-)?\}\}/.exec(this.#source.slice(end + 2))?.[0];
    if (close === undefined) return this.#error("comment ends before closing delimiter");
    this.#skip(end + 2 + close.length);
    if (close.length > 2) this.#trimLeft();
    return this.#text();
  }

  #trimLeft(): void {
    const blanks = /^[ \t\r\n]*/.exec(this.#source.slice(this.#at))?.[0] ?? "";
    this.#skip(this.#at + blanks.length);
  }

  /** One token of an action; false when the action ended. */
  #inside(): boolean {
    const rest = this.#source.slice(this.#at);
    const close = /^(?:\s-)?\}\}/.exec(rest)?.[0];
    if (close !== undefined) {
      if (this.#parens > 0) return this.#error("unclosed left paren");
      if (close.length > 2) this.#skip(this.#at + 2);
      this.#emit("close", this.#at + 2);
      if (close.length > 2) this.#trimLeft();
      return false;
    }
    const first = rest[0];
    if (first === undefined) return this.#error("unclosed action");
    if (/\s/.test(first)) return this.#space(rest);
    switch (first) {
      case "=":
        return this.#take("assign", 1);
      case ":":
        return rest[1] === "=" ? this.#take("declare", 2) : this.#error("expected :=");
      case "|":
        return this.#take("pipe", 1);
      case ",":
        return this.#take("comma", 1);
      case "(":
        this.#parens++;
        return this.#take("paren-open", 1);
      case ")":
        this.#parens--;
        return this.#parens < 0 ? this.#error("unexpected right paren") : this.#take("paren-close", 1);
      case '"':
        return this.#quoted(/^"(?:[^"\\\n]|\\.)*"/, "string", "unterminated quoted string");
      case "`":
        return this.#quoted(/^`[^`]*`/, "raw", "unterminated raw quoted string");
      case "'":
        return this.#quoted(/^'(?:[^'\\\n]|\\.)*'/, "char", "unterminated character constant");
      default:
    }
    if (first === "." && !/\d/.test(rest[1] ?? "")) return this.#named(1, "field", "dot");
    if (first === "$") return this.#named(1, "variable", "variable");
    if (/[+\-.\d]/.test(first)) return this.#number(rest);
    if (word.test(first)) return this.#identifier();
    return this.#error(`unrecognized character in action: U+${hex(first)} ${quoteRune(first)}`);
  }

  #take(kind: TokenKind, length: number): true {
    this.#emit(kind, this.#at + length);
    return true;
  }

  #space(rest: string): boolean {
    const blanks = /^\s+/.exec(rest)?.[0] ?? "";
    // The blank before a closing trim marker belongs to the marker.
    const length = rest.startsWith("-}}", blanks.length) ? blanks.length - 1 : blanks.length;
    return length === 0 ? true : this.#take("space", length);
  }

  #quoted(pattern: RegExp, kind: TokenKind, message: string): boolean {
    const found = pattern.exec(this.#source.slice(this.#at))?.[0];
    return found === undefined ? this.#error(message) : this.#take(kind, found.length);
  }

  #named(prefix: number, kind: TokenKind, bare: TokenKind): boolean {
    let end = this.#at + prefix;
    while (word.test(this.#source[end] ?? "")) end++;
    if (!this.#terminated(end)) return this.#error(this.#badCharacter(end));
    return this.#take(end === this.#at + prefix ? bare : kind, end - this.#at);
  }

  #identifier(): boolean {
    let end = this.#at;
    while (word.test(this.#source[end] ?? "")) end++;
    if (!this.#terminated(end)) return this.#error(this.#badCharacter(end));
    const text = this.#source.slice(this.#at, end);
    const kind =
      text === "nil" ? "nil" : keywords.has(text) ? "keyword" : /^(?:true|false)$/.test(text) ? "bool" : "identifier";
    return this.#take(kind, text.length);
  }

  #number(rest: string): boolean {
    const number =
      /^[+-]?(?:0[xX][\da-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?)/.exec(
        rest,
      )?.[0];
    const end = this.#at + (number?.length ?? 1);
    if (number === undefined || word.test(this.#source[end] ?? ""))
      return this.#error(`bad number syntax: ${JSON.stringify(this.#source.slice(this.#at, end + 1))}`);
    return this.#take("number", number.length);
  }

  #terminated(end: number): boolean {
    const next = this.#source[end];
    return next === undefined || /[\s.,|:()=]/.test(next) || this.#source.startsWith("}}", end);
  }

  #badCharacter(end: number): string {
    const character = this.#source[end] ?? "";
    return `bad character U+${hex(character)} ${quoteRune(character)}`;
  }
}

function hex(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
}

function quoteRune(character: string): string {
  return character === "'" ? "'\\''" : `'${character}'`;
}
