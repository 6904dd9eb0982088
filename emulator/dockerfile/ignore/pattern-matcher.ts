import { PathPattern } from "./path-pattern.ts";
import { trimSpace } from "../space.ts";

/** A pattern that is nothing but `!`. */
export class LoneException extends Error {
  constructor() {
    super('illegal exclusion pattern: "!"');
    this.name = "LoneException";
  }
}

interface Pattern {
  readonly exclusion: boolean;
  readonly path: PathPattern;
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

  /** @throws BadPattern, LoneException */
  constructor(patterns: readonly string[]) {
    this.patterns = patterns.flatMap((text) => {
      const pattern = readPattern(text);
      return pattern === undefined ? [] : [pattern];
    });
    this.hasExclusions = this.patterns.some(({ exclusion }) => exclusion);
  }

  /** The patterns behind `!`. */
  get exceptions(): readonly string[] {
    return this.patterns.filter(({ exclusion }) => exclusion).map(({ path }) => path.text);
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
        match =
          pattern.path.matches(path) ||
          (parent === undefined && parentsOf(path).some((at) => pattern.path.matches(at)));
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
  const trimmed = trimSpace(line);
  if (trimmed === "") return undefined;
  const cleaned = cleanPattern(trimmed);
  const exclusion = cleaned.startsWith("!");
  const text = exclusion ? cleaned.slice(1) : cleaned;
  if (text === "") throw new LoneException();
  return { exclusion, path: new PathPattern(text) };
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
