import { PatternMatcher, cleanPattern, type MatchInfo } from "./ignore/pattern-matcher.ts";
import { trimSpace } from "./space.ts";

/** A .dockerignore that cannot be read. */
export class IgnoreError extends Error {
  override name = "IgnoreError";
}

/** Bytes of one line. */
const maxLineLength = 65_535;

/** The patterns of a .dockerignore: clean, relative to the context, exceptions with `!`. @throws IgnoreError */
export function parseIgnore(text: string): string[] {
  const patterns: string[] = [];
  for (const line of text.replace(/^\ufeff/, "").split("\n")) {
    if (line.length * 3 > maxLineLength && new TextEncoder().encode(line).length > maxLineLength)
      throw new IgnoreError("bufio.Scanner: token too long");
    if (line.startsWith("#")) continue;
    const trimmed = trimSpace(line);
    if (trimmed === "") continue;
    const exception = trimmed.startsWith("!");
    const written = exception ? trimSpace(trimmed.slice(1)) : trimmed;
    const clean = written === "" ? "" : cleanPattern(written);
    patterns.push((exception ? "!" : "") + (clean.length > 1 && clean.startsWith("/") ? clean.slice(1) : clean));
  }
  return patterns;
}

/**
 * Says what of a context is left out. Paths are relative, with `/`, without `.` and `..`. Of the rules the last that fits
 * decides; what fits a directory fits all in it.
 */
export class IgnoreMatcher {
  readonly #matcher: PatternMatcher;
  readonly #directories = new Map<string, MatchInfo>();
  /** Beginnings of the exceptions; undefined when one has a wildcard elsewhere than at its end. */
  readonly #exceptions: readonly string[] | undefined;

  /** @throws BadPattern, LoneException */
  constructor(patterns: readonly string[]) {
    this.#matcher = new PatternMatcher(patterns);
    const beginnings = this.#matcher.exceptions.map((text) => text.replace(/\/\*\*$/, "").replace(/\/\*$/, ""));
    this.#exceptions = beginnings.some((text) => /[*[\]?^\\]/.test(text)) ? undefined : beginnings;
  }

  /** Whether it is left out; `.` never is. A directory that is may still hold what is not: see `mayHoldExceptions`. */
  ignores(path: string, isDirectory: boolean): boolean {
    const clean = cleanPattern(path);
    if (clean === "." || clean === "/") return false;
    const { matched, info } = this.#matcher.match(clean, this.#infoOf(parentOf(clean)));
    if (isDirectory) this.#directories.set(clean, info);
    return matched;
  }

  /** Whether a directory that is left out must be walked all the same. */
  mayHoldExceptions(directory: string): boolean {
    if (this.#exceptions === undefined) return true;
    const inside = `${cleanPattern(directory)}/`;
    return this.#exceptions.some((beginning) => `${beginning}/`.startsWith(inside));
  }

  /** Of a directory. */
  #infoOf(directory: string | undefined): MatchInfo {
    let info: MatchInfo = [];
    if (directory === undefined) return info;
    const known = this.#directories.get(directory);
    if (known !== undefined) return known;
    // From the top down, so that a deep path is no deep recursion.
    for (let end = directory.indexOf("/"); ; end = directory.indexOf("/", end + 1)) {
      const path = end < 0 ? directory : directory.slice(0, end);
      const before = this.#directories.get(path);
      info = before ?? this.#matcher.match(path, info).info;
      if (before === undefined) this.#directories.set(path, info);
      if (end < 0) return info;
    }
  }
}

function parentOf(path: string): string | undefined {
  const slash = path.lastIndexOf("/");
  return slash <= 0 ? undefined : path.slice(0, slash);
}

/**
 * The patterns with exceptions behind them for the files a build cannot do without, as the classic client adds them: the
 * .dockerignore, and the Dockerfile unless it came on its own. @throws BadPattern, LoneException
 */
export function keepBuildFiles(patterns: readonly string[], dockerfile: string | undefined): readonly string[] {
  const matcher = new IgnoreMatcher(patterns);
  const kept = [".dockerignore", dockerfile].filter((file) => file !== undefined && matcher.ignores(file, false));
  return [...patterns, ...kept.map((file) => `!${file ?? ""}`)];
}
