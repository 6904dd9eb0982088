import type { Position, Range } from "./position.ts";

export interface Word extends Range {
  readonly text: string;
}

const letter = /[\w@%+:./~$-]/;

/** The word that a place is in or at the end of; undefined between words. */
export function wordAt(text: string, { line, column }: Position): Word | undefined {
  const source = text.split("\n")[line - 1] ?? "";
  let start = column - 1;
  let end = column - 1;
  while (start > 0 && letter.test(source.charAt(start - 1))) start--;
  while (end < source.length && letter.test(source.charAt(end))) end++;
  if (start >= end) return undefined;
  return { text: source.slice(start, end), start: { line, column: start + 1 }, end: { line, column: end + 1 } };
}
