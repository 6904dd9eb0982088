import { replace, trimPrefix, trimSuffix } from "./shell-pattern.ts";
import { quote } from "./quote.ts";
import { isSpace } from "./space.ts";
import { WordError } from "./word-error.ts";

export { WordError } from "./word-error.ts";

/** The value of a variable; undefined when it is not set. */
export type Lookup = (name: string) => string | undefined;

export interface WordOptions {
  /** The Dockerfile's escape character. */
  readonly escape: "\\" | "`";
  /** Keep quotes. */
  readonly rawQuotes?: boolean;
  /** Keep escapes. */
  readonly rawEscapes?: boolean;
  /** Leave variables that are not set as they are written. */
  readonly skipUnset?: boolean;
  /** Quotes are plain characters: in the body of a heredoc. */
  readonly plainQuotes?: boolean;
}

export interface Expansion {
  readonly result: string;
  /** The result split at unquoted white space. */
  readonly words: readonly string[];
  /** Variables that were looked up and set. */
  readonly used: ReadonlySet<string>;
  /** Variables that were looked up and not set. */
  readonly unmatched: ReadonlySet<string>;
}

/** One word without its quotes and with its variables. @throws WordError */
export function expandWord(word: string, lookup: Lookup, options: WordOptions): string {
  return new Lexer(word, lookup, options).run().result;
}

/** The word expanded, then split at white space that was not quoted. @throws WordError */
export function expandWords(word: string, lookup: Lookup, options: WordOptions): readonly string[] {
  return new Lexer(word, lookup, options).run().words;
}

/** Like `expandWord`, and which variables it asked for. @throws WordError */
export function expandWithNames(word: string, lookup: Lookup, options: WordOptions): Expansion {
  return new Lexer(word, lookup, options).run();
}

/** The body of a heredoc of COPY or ADD: variables, but no quotes; `\` escapes whatever the Dockerfile's escape is. */
export function expandHeredoc(content: string, lookup: Lookup): Expansion {
  return new Lexer(content, lookup, { escape: "\\", plainQuotes: true }).run();
}

/** Bounds of what one word may ask for; real Dockerfiles stay far below. */
const maxDepth = 400;
const maxLength = 4 * 1024 * 1024;

const special = new Set(["@", "*", "#", "?", "-", "$", "!"]);
const digit = /^\p{Nd}$/u;
const nameCharacter = /^[\p{L}\p{Nd}_]$/u;

/**
 * Words split off so far. The word being read lies in a buffer that all levels of a substitution share, as in BuildKit: a
 * nested one begins by emptying it, so `80${X:-80}` is the word `80` where `${X:-8080}` is `8080`.
 */
class Words {
  readonly list: string[] = [];
  readonly #buffer: { current: string };

  constructor(buffer: { current: string }) {
    this.#buffer = buffer;
    buffer.current = "";
  }

  /** Of a variable's value or plain text: white space ends the word. */
  add(text: string): void {
    for (const character of text) {
      if (isSpace(character)) this.end();
      else this.#buffer.current += character;
    }
  }

  addRaw(text: string): void {
    this.#buffer.current += text;
  }

  end(): void {
    if (this.#buffer.current !== "") this.list.push(this.#buffer.current);
    this.#buffer.current = "";
  }
}

class Lexer {
  readonly #source: string;
  readonly #characters: readonly string[];
  readonly #lookup: Lookup;
  readonly #options: WordOptions;
  readonly #used = new Set<string>();
  readonly #unmatched = new Set<string>();
  readonly #buffer = { current: "" };
  #at = 0;
  #rawEscapes: boolean;
  #depth = 0;
  #length = 0;

  constructor(source: string, lookup: Lookup, options: WordOptions) {
    this.#source = source;
    this.#characters = Array.from(source.startsWith("\ufeff") ? source.slice(1) : source);
    this.#lookup = lookup;
    this.#options = options;
    this.#rawEscapes = options.rawEscapes ?? false;
  }

  run(): Expansion {
    try {
      const { result, words } = this.#until(undefined, this.#rawEscapes);
      return { result, words, used: this.#used, unmatched: this.#unmatched };
    } catch (error) {
      if (error instanceof WordError) throw new WordError(`failed to process ${quote(this.#source)}: ${error.message}`);
      throw error;
    }
  }

  #peek(): string | undefined {
    return this.#characters[this.#at];
  }

  #next(): string | undefined {
    const character = this.#characters[this.#at];
    if (character !== undefined) this.#at++;
    return character;
  }

  /** Up to `stop`, which is consumed, or to the end. */
  #until(
    stop: string | undefined,
    rawEscapes: boolean,
  ): { readonly result: string; readonly words: readonly string[] } {
    if (++this.#depth > maxDepth) throw new WordError("substitutions are nested too deeply");
    const before = this.#rawEscapes;
    this.#rawEscapes = rawEscapes;
    try {
      return this.#readUntil(stop);
    } finally {
      this.#rawEscapes = before;
      this.#depth--;
    }
  }

  #readUntil(stop: string | undefined): { readonly result: string; readonly words: readonly string[] } {
    const words = new Words(this.#buffer);
    let result = "";
    const quotes = this.#options.plainQuotes !== true;
    for (let character = this.#peek(); character !== undefined; character = this.#peek()) {
      if (character === stop) {
        this.#next();
        words.end();
        return { result, words: words.list };
      }
      if (character === "$") {
        const value = this.#dollar();
        result += value;
        words.add(value);
      } else if (character === "<" || (quotes && (character === "'" || character === '"'))) {
        const value =
          character === "<" ? this.#heredocMark() : character === "'" ? this.#singleQuoted() : this.#doubleQuoted();
        result += value;
        words.addRaw(value);
      } else {
        this.#next();
        if (character !== this.#options.escape) {
          result += character;
          words.add(character);
          continue;
        }
        if (this.#rawEscapes) {
          result += character;
          words.addRaw(character);
        }
        // At the end of the word the escape character is dropped.
        const escaped = this.#next();
        if (escaped === undefined) break;
        result += escaped;
        words.addRaw(escaped);
      }
    }
    if (stop !== undefined) throw new WordError(`unexpected end of statement while looking for matching ${stop}`);
    words.end();
    return { result, words: words.list };
  }

  #singleQuoted(): string {
    const raw = this.#options.rawQuotes === true;
    let result = "";
    const open = this.#next() ?? "";
    if (raw) result += open;
    for (;;) {
      const character = this.#next();
      if (character === undefined)
        throw new WordError("unexpected end of statement while looking for matching single-quote");
      if (character === "'") return raw ? result + character : result;
      result += character;
    }
  }

  #doubleQuoted(): string {
    const raw = this.#options.rawQuotes === true;
    let result = "";
    const open = this.#next() ?? "";
    if (raw) result += open;
    for (;;) {
      const character = this.#peek();
      if (character === undefined)
        throw new WordError("unexpected end of statement while looking for matching double-quote");
      if (character === "$") {
        result += this.#dollar();
        continue;
      }
      this.#next();
      if (character === '"') return raw ? result + character : result;
      if (character !== this.#options.escape) {
        result += character;
        continue;
      }
      if (this.#rawEscapes) result += character;
      const following = this.#peek();
      if (following === undefined) continue;
      // Only these can be escaped between double quotes; before all else the escape character stands for itself.
      if (following === '"' || following === "$" || following === this.#options.escape) {
        this.#next();
        result += following;
      } else result += character;
    }
  }

  /** `<`, or `<<` with the blanks behind it: they do not end the word. */
  #heredocMark(): string {
    this.#next();
    if (this.#peek() !== "<") return "<";
    this.#next();
    let result = "<<";
    for (
      let character = this.#peek();
      character !== undefined && "\t\r ".includes(character);
      character = this.#peek()
    ) {
      result += character;
      this.#next();
    }
    return result;
  }

  #dollar(): string {
    this.#next();
    if (this.#peek() !== "{") {
      const name = this.#name();
      if (name === "") return "$";
      return this.#value(name) ?? (this.#options.skipUnset ? `$${name}` : "");
    }
    this.#next();
    const first = this.#peek();
    if (first === undefined) throw new WordError("syntax error: missing '}'");
    if (first === "{" || first === "}" || first === ":") throw new WordError("syntax error: bad substitution");
    const name = this.#name();
    let operator = this.#next() ?? "\ufffd";
    let written = operator;
    if (operator === "}") return this.#value(name) ?? (this.#options.skipUnset ? `\${${name}}` : "");
    if (operator === "/") return this.#replaced(name);
    const nullIsUnset = operator === ":";
    if (nullIsUnset) {
      operator = this.#next() ?? "\ufffd";
      written += operator;
    } else if (!"+-?#%".includes(operator)) {
      throw new WordError(`unsupported modifier (${written}) in substitution`);
    }
    const trims = operator === "#" || operator === "%";
    if (nullIsUnset && trims) throw new WordError(`unsupported modifier (${written}) in substitution`);
    const word = this.#operand("}", trims, "syntax error: missing '}'");
    const value = this.#value(name);
    if (this.#options.skipUnset && value === undefined) return `\${${name}${written}${word}}`;
    const present = value !== undefined && !(nullIsUnset && value === "");
    switch (operator) {
      case "-":
        return present ? value : word;
      case "+":
        return present ? word : "";
      case "?": {
        if (present) return value;
        const what = value === undefined ? "is not allowed to be unset" : "is not allowed to be empty";
        throw new WordError(`${name}: ${word === "" ? what : word}`);
      }
      case "#":
      case "%": {
        const longest = word.startsWith(operator);
        const pattern = longest ? word.slice(1) : word;
        return operator === "#" ? trimPrefix(value ?? "", pattern, longest) : trimSuffix(value ?? "", pattern, longest);
      }
      default:
        throw new WordError(`unsupported modifier (${written}) in substitution`);
    }
  }

  #replaced(name: string): string {
    const all = this.#peek() === "/";
    if (all) this.#next();
    const pattern = this.#operand("/", true, "syntax error: missing '/' in ${}");
    const replacement = this.#operand("}", true, "syntax error: missing '}'");
    const value = this.#value(name);
    if (this.#options.skipUnset && value === undefined) return `\${${name}/${pattern}/${replacement}}`;
    return replace(value ?? "", pattern, replacement, all, maxLength);
  }

  #operand(stop: string, rawEscapes: boolean, missing: string): string {
    try {
      return this.#until(stop, rawEscapes).result;
    } catch (error) {
      if (error instanceof WordError && this.#peek() === undefined) throw new WordError(missing);
      throw error;
    }
  }

  /** A name, a positional parameter with all its digits, or one special parameter. */
  #name(): string {
    let name = "";
    for (let character = this.#peek(); character !== undefined; character = this.#peek()) {
      if (name === "" && digit.test(character)) {
        for (let next = this.#peek(); next !== undefined && digit.test(next); next = this.#peek()) {
          name += next;
          this.#next();
        }
        return name;
      }
      if (name === "" && special.has(character)) {
        this.#next();
        return character;
      }
      if (!nameCharacter.test(character)) break;
      name += character;
      this.#next();
    }
    return name;
  }

  #value(name: string): string | undefined {
    const value = this.#lookup(name);
    if (value === undefined) {
      this.#unmatched.add(name);
      return undefined;
    }
    this.#used.add(name);
    this.#length += value.length;
    if (this.#length > maxLength) throw new WordError("the expanded word is too long");
    return value;
  }
}
