import { cleanPath } from "./clean-path.ts";
import { IgnoreError } from "./ignore-error.ts";
import { PathPattern } from "./path-pattern.ts";
import { trimSpace } from "./space.ts";

export { IgnoreError } from "./ignore-error.ts";

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
    const clean = written === "" ? "" : cleanPath(written);
    patterns.push((exception ? "!" : "") + (clean.length > 1 && clean.startsWith("/") ? clean.slice(1) : clean));
  }
  return patterns;
}

interface Rule {
  readonly pattern: PathPattern;
  readonly exception: boolean;
}

/** Which of a rule's patterns matched a directory; what lies in it is matched with it. */
type Matched = readonly boolean[];

/**
 * Says what of a context is left out. Paths are relative, with `/`, without `.` and `..`. Of the rules the last that fits
 * decides; what fits a directory fits all in it.
 */
export class IgnoreMatcher {
  readonly #rules: readonly Rule[];
  readonly #directories = new Map<string, Matched>();
  /** Beginnings of the exceptions; undefined when one has a wildcard elsewhere than at its end. */
  readonly #exceptions: readonly string[] | undefined;

  /** @throws IgnoreError `illegal exclusion pattern: "!"`, `syntax error in pattern` */
  constructor(patterns: readonly string[]) {
    const rules: Rule[] = [];
    for (const each of patterns) {
      const trimmed = trimSpace(each);
      if (trimmed === "") continue;
      const clean = cleanPath(trimmed);
      if (clean === "!") throw new IgnoreError('illegal exclusion pattern: "!"');
      const exception = clean.startsWith("!");
      rules.push({ pattern: new PathPattern(exception ? clean.slice(1) : clean), exception });
    }
    this.#rules = rules;
    const beginnings = rules
      .filter(({ exception }) => exception)
      .map(({ pattern }) => pattern.text.replace(/\/\*\*$/, "").replace(/\/\*$/, ""));
    this.#exceptions = beginnings.some((text) => /[*[\]?^\\]/.test(text)) ? undefined : beginnings;
  }

  /** Whether it is left out; `.` never is. A directory that is may still hold what is not: see `mayHoldExceptions`. */
  ignores(path: string, isDirectory: boolean): boolean {
    const clean = cleanPath(path);
    if (clean === "." || clean === "/") return false;
    const { ignored, matched } = this.#match(clean, this.#matchedOf(parentOf(clean)));
    if (isDirectory) this.#directories.set(clean, matched);
    return ignored;
  }

  /** Whether a directory that is left out must be walked all the same. */
  mayHoldExceptions(directory: string): boolean {
    if (this.#exceptions === undefined) return true;
    const inside = `${cleanPath(directory)}/`;
    return this.#exceptions.some((beginning) => `${beginning}/`.startsWith(inside));
  }

  /** Of a directory; undefined for the context itself. */
  #matchedOf(directory: string | undefined): Matched | undefined {
    if (directory === undefined) return undefined;
    const known = this.#directories.get(directory);
    if (known !== undefined) return known;
    // From the top down, so that a deep path is no deep recursion.
    let matched: Matched | undefined;
    for (let end = directory.indexOf("/"); ; end = directory.indexOf("/", end + 1)) {
      const path = end < 0 ? directory : directory.slice(0, end);
      const before = this.#directories.get(path);
      matched = before ?? this.#match(path, matched).matched;
      if (before === undefined) this.#directories.set(path, matched);
      if (end < 0) return matched;
    }
  }

  #match(path: string, parent: Matched | undefined): { readonly ignored: boolean; readonly matched: Matched } {
    let ignored = false;
    const matched = this.#rules.map(({ pattern, exception }, index) => {
      // An exception counts only for what is left out so far, any other rule only for what is not.
      const fits = parent?.[index] === true || (exception === ignored && pattern.matches(path));
      if (fits) ignored = !exception;
      return fits;
    });
    return { ignored, matched };
  }
}

function parentOf(path: string): string | undefined {
  const slash = path.lastIndexOf("/");
  return slash <= 0 ? undefined : path.slice(0, slash);
}

/**
 * The patterns with exceptions behind them for the files a build cannot do without, as the classic client adds them: the
 * .dockerignore, and the Dockerfile unless it came on its own. @throws IgnoreError
 */
export function keepBuildFiles(patterns: readonly string[], dockerfile: string | undefined): readonly string[] {
  const matcher = new IgnoreMatcher(patterns);
  const kept = [".dockerignore", dockerfile].filter((file) => file !== undefined && matcher.ignores(file, false));
  return [...patterns, ...kept.map((file) => `!${file ?? ""}`)];
}
