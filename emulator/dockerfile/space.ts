/**
 * White space as Go's `unicode.IsSpace` has it, which BuildKit trims and splits by: JavaScript's `\s` has U+FEFF more and
 * U+0085 less.
 */
const space = "\\t-\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const one = new RegExp(`^[${space}]$`);

/** Of one character. */
export function isSpace(character: string): boolean {
  return character === " " || (character !== "" && (character < "!" || character > "~") && one.test(character));
}

/** `strings.TrimLeftFunc(text, unicode.IsSpace)` */
export function trimLeft(text: string): string {
  let start = 0;
  while (start < text.length && isSpace(text.charAt(start))) start++;
  return text.slice(start);
}

/** `strings.TrimSpace` */
export function trimSpace(text: string): string {
  const left = trimLeft(text);
  let end = left.length;
  while (end > 0 && isSpace(left.charAt(end - 1))) end--;
  return left.slice(0, end);
}

/** Pieces between runs of the white space that separates words of an instruction: `[\t\v\f\r ]+`. */
export function splitBlanks(text: string): string[] {
  return text.split(/[\t\v\f\r ]+/);
}

/** The text before the first run of blanks and all after it; undefined where there is none. */
export function cutBlanks(text: string): { readonly before: string; readonly after: string } | undefined {
  const found = /[\t\v\f\r ]+/.exec(text);
  if (found === null) return undefined;
  return { before: text.slice(0, found.index), after: text.slice(found.index + found[0].length) };
}
