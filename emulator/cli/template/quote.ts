const simple: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  "'": "'",
  '"': '"',
};

/** The text of a Go string literal, in double quotes or back quotes. */
export function unquote(literal: string): string {
  const body = literal.slice(1, -1);
  return literal.startsWith("`") ? body : unescape(body);
}

/** The code point of a Go character literal. */
export function unquoteCharacter(literal: string): number {
  return unescape(literal.slice(1, -1)).codePointAt(0) ?? 0;
}

function unescape(body: string): string {
  return body.replace(
    /\\(?:([abfnrtv\\'"])|x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{3}))/g,
    (_all, letter: string | undefined, ...codes: (string | undefined)[]) => {
      if (letter !== undefined) return simple[letter] ?? letter;
      const octal = codes[3];
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
      return String.fromCodePoint(Number.parseInt(codes[0] ?? codes[1] ?? codes[2] ?? "0", 16));
    },
  );
}

const escapes: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(simple)
    .filter(([letter]) => letter !== "'")
    .map(([letter, character]) => [character, `\\${letter}`]),
);

/** A text as Go's %q writes it. */
export function quoteGo(text: string): string {
  const escaped = text.replace(/["\\]|\p{Cc}/gu, (character) => {
    return escapes[character] ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
  return `"${escaped}"`;
}
