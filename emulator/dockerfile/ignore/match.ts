/** Patterns of Go's filepath.Match: `*`, `?`, `[a-z]`, `[^a]`, `\` before a character that is meant as it is. */

export class BadPattern extends Error {
  constructor() {
    super("syntax error in pattern");
    this.name = "BadPattern";
  }
}

export type PatternToken =
  | { readonly kind: "literal"; readonly character: string }
  | { readonly kind: "any" }
  | { readonly kind: "star" }
  | PatternClass;

export interface PatternClass {
  readonly kind: "class";
  readonly negated: boolean;
  readonly ranges: readonly (readonly [from: string, to: string])[];
}

/** Whether a path element has a character that is not meant as it is. */
export function hasWildcards(pattern: string): boolean {
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern[i];
    if (character === "\\") i++;
    else if (character === "*" || character === "?" || character === "[") return true;
  }
  return false;
}

/** Throws BadPattern. */
export function parsePattern(pattern: string): PatternToken[] {
  const characters = [...pattern];
  const tokens: PatternToken[] = [];
  for (let i = 0; i < characters.length;) {
    const character = characters[i++] ?? "";
    if (character === "*") tokens.push({ kind: "star" });
    else if (character === "?") tokens.push({ kind: "any" });
    else if (character === "[") {
      const [read, next] = parseClass(characters, i);
      tokens.push(read);
      i = next;
    } else {
      const meant = character === "\\" ? characters[i++] : character;
      if (meant === undefined) throw new BadPattern();
      tokens.push({ kind: "literal", character: meant });
    }
  }
  return tokens;
}

/** From behind the `[`; also where it goes on behind the `]`. */
export function parseClass(characters: readonly string[], start: number): [PatternClass, next: number] {
  let i = start;
  const negated = characters[i] === "^";
  if (negated) i++;
  const ranges: [string, string][] = [];
  const bound = (): string => {
    let character = characters[i++];
    if (character === undefined || character === "-" || character === "]") throw new BadPattern();
    if (character === "\\") character = characters[i++];
    if (character === undefined || i >= characters.length) throw new BadPattern();
    return character;
  };
  while (characters[i] !== "]" || ranges.length === 0) {
    const from = bound();
    if (characters[i] !== "-") ranges.push([from, from]);
    else {
      i++;
      ranges.push([from, bound()]);
    }
  }
  return [{ kind: "class", negated, ranges }, i + 1];
}

export function inClass(token: PatternClass, character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  const within = token.ranges.some(
    ([from, to]) => (from.codePointAt(0) ?? 0) <= code && code <= (to.codePointAt(0) ?? 0),
  );
  return within !== token.negated;
}

function fits(token: PatternToken | undefined, character: string): boolean {
  switch (token?.kind) {
    case "literal":
      return token.character === character;
    case "any":
      return character !== "/";
    case "class":
      return inClass(token, character);
    default:
      return false;
  }
}

/** Whether a pattern matches the whole of a path; no wildcard but a class matches `/`. Never worse than quadratic. */
export function matches(tokens: readonly PatternToken[], path: string): boolean {
  const characters = [...path];
  let at = 0;
  let token = 0;
  // The last star, and how far it reaches: when what follows it fits nowhere, no earlier star can help.
  let star = -1;
  let reach = 0;
  while (at < characters.length) {
    const character = characters[at] ?? "";
    if (tokens[token]?.kind === "star") {
      star = token++;
      reach = at;
    } else if (fits(tokens[token], character)) {
      at++;
      token++;
    } else if (star >= 0 && characters[reach] !== "/") {
      at = ++reach;
      token = star + 1;
    } else return false;
  }
  while (tokens[token]?.kind === "star") token++;
  return token === tokens.length;
}
