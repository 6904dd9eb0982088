import { BadPattern, type PatternToken, inClass, parsePattern } from "./match.ts";

/** A run of `**`: with a slash behind it any number of directories, at the end anything at all. */
type Token = PatternToken | { readonly kind: "directories" } | { readonly kind: "rest" };

interface Pattern {
  readonly exclusion: boolean;
  readonly text: string;
  matches(path: string): boolean;
}

/** Which patterns a directory matched: what lies in it need not be looked at again for those. */
export type MatchInfo = readonly boolean[];

/**
 * Patterns of `.dockerignore` and `--exclude` (github.com/moby/patternmatcher): the last one that matches a path or one of
 * its parents decides, `!` takes back.
 */
export class PatternMatcher {
  private readonly patterns: readonly Pattern[];
  /** Whether any pattern begins with `!`, so that something in a directory that matches may not. */
  readonly hasExclusions: boolean;

  /** Throws BadPattern, or Error for a lone `!`. */
  constructor(patterns: readonly string[]) {
    this.patterns = patterns.flatMap((text) => {
      const pattern = readPattern(text);
      return pattern === undefined ? [] : [pattern];
    });
    this.hasExclusions = this.patterns.some(({ exclusion }) => exclusion);
  }

  get isEmpty(): boolean {
    return this.patterns.length === 0;
  }

  /** Of a path without a slash before it, whatever its parents are. */
  matches(path: string): boolean {
    return this.match(path, undefined).matched;
  }

  /** Of a path in a directory whose own answer is given. */
  match(path: string, parent: MatchInfo | undefined): { readonly matched: boolean; readonly info: MatchInfo } {
    let matched = false;
    const info = this.patterns.map((pattern, i) => {
      let match = parent?.[i] ?? false;
      if (!match) {
        // Neither a match of what matches already nor an exception of what does not changes anything.
        if (pattern.exclusion !== matched) return false;
        match = pattern.matches(path) || (parent === undefined && parentsOf(path).some((at) => pattern.matches(at)));
      }
      if (match) matched = !pattern.exclusion;
      return match;
    });
    return { matched, info };
  }
}

function parentsOf(path: string): string[] {
  const parents: string[] = [];
  for (let slash = path.indexOf("/"); slash > 0; slash = path.indexOf("/", slash + 1))
    parents.push(path.slice(0, slash));
  return parents;
}

function readPattern(line: string): Pattern | undefined {
  const trimmed = line.trim();
  if (trimmed === "") return undefined;
  const cleaned = cleanPattern(trimmed);
  const exclusion = cleaned.startsWith("!");
  const text = exclusion ? cleaned.slice(1) : cleaned;
  if (text === "") throw new Error('illegal exclusion pattern: "!"');
  return { exclusion, text, matches: compile(text) };
}

/** As Go's filepath.Clean. */
export function cleanPattern(text: string): string {
  const parts: string[] = [];
  for (const part of text.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== ".." || (parts.length === 0 && !text.startsWith("/")) || parts.at(-1) === "..") parts.push(part);
    else parts.pop();
  }
  if (text.startsWith("/")) return `/${parts.join("/")}`;
  return parts.length === 0 ? "." : parts.join("/");
}

function compile(text: string): (path: string) => boolean {
  const parsed = parsePattern(text);
  if (parsed.every(({ kind }) => kind === "literal") && !text.includes("\\")) return (path) => path === text;
  // `**` at the very beginning with nothing special behind it is any ending, not only whole names.
  if (/^\*\*[^*?[\]\\]+$/.test(text)) {
    const ending = text.slice(2);
    return (path) => path.endsWith(ending) || (ending.startsWith("/") && path === ending.slice(1));
  }
  const tokens = withDirectories(parsed);
  return (path) => matchTokens(tokens, path);
}

function withDirectories(parsed: readonly PatternToken[]): Token[] {
  const tokens: Token[] = [];
  for (let i = 0; i < parsed.length; i++) {
    const token = parsed[i];
    if (token === undefined) throw new BadPattern();
    if (token.kind !== "star" || parsed[i + 1]?.kind !== "star") {
      tokens.push(token);
      continue;
    }
    i++;
    const next = parsed[i + 1];
    if (next?.kind === "literal" && next.character === "/") i++;
    tokens.push({ kind: i + 1 >= parsed.length ? "rest" : "directories" });
  }
  return tokens;
}

/** All places in the pattern at once, so that no pattern takes longer than its length times the path's. */
function matchTokens(tokens: readonly Token[], path: string): boolean {
  let here = new Set<number>();
  enter(tokens, here, 0);
  for (const character of path) {
    const next = new Set<number>();
    for (const at of here) {
      const token = tokens[at];
      switch (token?.kind) {
        case undefined:
          break;
        case "literal":
          if (token.character === character) enter(tokens, next, at + 1);
          break;
        case "any":
          if (character !== "/") enter(tokens, next, at + 1);
          break;
        case "class":
          if (inClass(token, character)) enter(tokens, next, at + 1);
          break;
        case "star":
          if (character !== "/") enter(tokens, next, at);
          break;
        case "rest":
          next.add(at);
          break;
        case "directories":
          // Inside it until a slash; behind every slash the rest may begin.
          next.add(at);
          if (character === "/") enter(tokens, next, at + 1);
          break;
        default:
          token satisfies never;
      }
    }
    here = next;
    if (here.size === 0) return false;
  }
  return here.has(tokens.length) || [...here].some((at) => tokens[at]?.kind === "rest" && at === tokens.length - 1);
}

/** A place in the pattern, and the places behind it that need no character. */
function enter(tokens: readonly Token[], places: Set<number>, at: number): void {
  for (let i = at; !places.has(i); i++) {
    places.add(i);
    const kind = tokens[i]?.kind;
    if (kind !== "star" && kind !== "rest" && kind !== "directories") return;
  }
}
