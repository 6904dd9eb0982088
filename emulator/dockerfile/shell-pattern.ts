import { WordError } from "./word-error.ts";

/**
 * Patterns of `${v#p}`, `${v%p}` and `${v/p/r}`: `*` any characters, `?` one, neither a line feed; no bracket
 * expressions. Matched by walking the set of reachable positions, so that no pattern makes it slow beyond `maxSteps`.
 */
const maxSteps = 20_000_000;

type Token =
  { readonly kind: "literal"; readonly character: string } | { readonly kind: "any" } | { readonly kind: "star" };

export class ShellPattern {
  readonly #tokens: readonly Token[];
  #steps = 0;

  /** @throws WordError `invalid pattern (…) in substitution: …` */
  constructor(pattern: string) {
    const characters = Array.from(pattern);
    const tokens: Token[] = [];
    for (let at = 0; at < characters.length; at++) {
      let character = characters[at] ?? "";
      if (character === "*") {
        if (tokens.at(-1)?.kind !== "star") tokens.push({ kind: "star" });
        continue;
      }
      if (character === "?") {
        tokens.push({ kind: "any" });
        continue;
      }
      if (character === "\\") {
        const next = characters[at + 1];
        // The escape of `}` and `/` belongs to the substitution, not to the pattern.
        if (next === "}" || next === "/") continue;
        if (next !== "*" && next !== "?" && next !== "\\")
          throw new WordError(`invalid pattern (${pattern}) in substitution: invalid escape '\\${next ?? "\ufffd"}'`);
        character = next;
        at++;
      }
      tokens.push({ kind: "literal", character });
    }
    this.#tokens = tokens;
  }

  /** End of the shortest or longest match that begins at `start`; undefined when there is none. */
  matchAt(text: readonly string[], start: number, longest: boolean): number | undefined {
    let reached = [start];
    for (const token of this.#tokens) {
      const next: number[] = [];
      for (const position of reached) {
        if (token.kind === "star") {
          // Positions are in order: what an earlier one reached already goes to the end of its line.
          if (position <= (next.at(-1) ?? -1)) continue;
          for (let at = position; at <= text.length; at++) {
            next.push(at);
            this.#spend();
            if (at === text.length || text[at] === "\n") break;
          }
        } else {
          this.#spend();
          const character = text[position];
          if (character === undefined) continue;
          const matches = token.kind === "any" ? character !== "\n" : character === token.character;
          if (matches) next.push(position + 1);
        }
      }
      if (next.length === 0) return undefined;
      reached = next;
    }
    return longest ? reached.at(-1) : reached[0];
  }

  /** The leftmost longest match at or after `from`. */
  search(text: readonly string[], from: number): { readonly start: number; readonly end: number } | undefined {
    for (let start = from; start <= text.length; start++) {
      this.#spend();
      const end = this.matchAt(text, start, true);
      if (end !== undefined) return { start, end };
    }
    return undefined;
  }

  #spend(): void {
    if (++this.#steps > maxSteps) throw new WordError("pattern in substitution takes too long to match");
  }
}

/** `${v#p}`; with `longest` `${v##p}`. */
export function trimPrefix(value: string, pattern: string, longest: boolean): string {
  const text = Array.from(value);
  const end = new ShellPattern(pattern).matchAt(text, 0, longest);
  return end === undefined ? value : text.slice(end).join("");
}

/** `${v%p}`; with `longest` `${v%%p}`. Both sides are turned round, so that the suffix is a prefix. */
export function trimSuffix(value: string, pattern: string, longest: boolean): string {
  const backwards = Array.from(value).reverse().join("");
  return Array.from(trimPrefix(backwards, reversePattern(pattern), longest))
    .reverse()
    .join("");
}

/** An escape stays in front of what it escapes: `a\*c` -> `c\*a`. */
function reversePattern(pattern: string): string {
  const characters = Array.from(pattern);
  const units: string[] = [];
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? "";
    if (character === "\\" && at + 1 < characters.length) units.push(character + (characters[++at] ?? ""));
    else units.push(character);
  }
  return units.reverse().join("");
}

/** `${v/p/r}`: the first match, `r` as it is; with `all` every match, and `$0`, `${name}` and `$$` in `r` mean something. */
export function replace(value: string, pattern: string, replacement: string, all: boolean, maxLength: number): string {
  const matcher = new ShellPattern(pattern);
  const text = Array.from(value);
  const slice = (start: number, end?: number) => text.slice(start, end).join("");
  if (!all) {
    const found = matcher.search(text, 0);
    return found === undefined ? value : slice(0, found.start) + replacement + slice(found.end);
  }
  let out = "";
  let lastEnd = 0;
  let from = 0;
  while (from <= text.length) {
    const found = matcher.search(text, from);
    if (found === undefined) break;
    out += slice(lastEnd, found.start);
    // An empty match right behind another match does not count.
    if (found.end > lastEnd || found.start === 0) out += fill(replacement, slice(found.start, found.end));
    if (out.length > maxLength) throw new WordError("the expanded word is too long");
    lastEnd = found.end;
    from = Math.max(from + 1, found.end);
  }
  return out + slice(lastEnd);
}

/** Go's `Regexp.Expand` for an expression without groups: every group but the whole is empty. */
function fill(template: string, whole: string): string {
  return template.replace(
    /\$(?:(\$)|([\p{L}\p{Nd}_]+)|\{([\p{L}\p{Nd}_]+)\})/gu,
    (_, dollar: string | undefined, bare: string | undefined, braced: string | undefined) => {
      if (dollar !== undefined) return "$";
      return /^0+$/.test(bare ?? braced ?? "") ? whole : "";
    },
  );
}
