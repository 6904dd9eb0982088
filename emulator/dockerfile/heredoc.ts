import { expandWords, WordError, type WordOptions } from "./word.ts";

/** `<<EOF` where it is named. */
export interface HeredocMark {
  readonly name: string;
  /** False when the name was quoted. */
  readonly expand: boolean;
  /** `<<-` */
  readonly chomp: boolean;
}

const mark = /^\d*<<(-?)[\t\n\f\r ]*([^<]*)$/;
const unset = () => undefined;

/** The heredoc that a word is; undefined for any other word. @throws WordError */
export function readHeredocMark(word: string): HeredocMark | undefined {
  const found = mark.exec(word);
  const rest = found?.[2] ?? "";
  if (rest === "") return undefined;
  const options: WordOptions = { escape: "\\", skipUnset: true };
  const names = expandWords(rest, unset, options);
  const [name] = names;
  if (name === undefined || names.length !== 1) return undefined;
  // A quote that is gone after unquoting was a real one.
  const raw = expandWords(rest, unset, { ...options, rawQuotes: true });
  if (raw.length !== 1) throw new WordError(`internal lexing of heredoc produced inconsistent results: ${rest}`);
  return { name, expand: quotes(name) === quotes(raw[0] ?? ""), chomp: found?.[1] === "-" };
}

/** Like `readHeredocMark`, with undefined for words that cannot be read. */
export function heredocMarkOf(word: string): HeredocMark | undefined {
  try {
    return readHeredocMark(word);
  } catch (error) {
    if (error instanceof WordError) return undefined;
    throw error;
  }
}

/** All heredocs that a line names, in order. @throws WordError */
export function heredocMarksOf(line: string): readonly HeredocMark[] {
  let words: readonly string[];
  try {
    words = expandWords(line, unset, { escape: "\\", rawQuotes: true, rawEscapes: true, skipUnset: true });
  } catch (error) {
    // A line that the shell will mind names no heredoc.
    if (error instanceof WordError) return [];
    throw error;
  }
  return words.flatMap((word) => readHeredocMark(word) ?? []);
}

/** The content without the tabs at the beginning of its lines. */
export function chompHeredoc(content: string): string {
  return content.replace(/(^|\n)\t+/g, "$1");
}

function quotes(word: string): number {
  return word.replace(/[^'"]/g, "").length;
}
