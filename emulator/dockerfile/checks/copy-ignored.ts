import { IgnoreMatcher } from "../dockerignore.ts";
import { BadPattern } from "../ignore/match.ts";
import { cleanPattern, LoneException } from "../ignore/pattern-matcher.ts";
import type { AddInstruction, CopyInstruction } from "../instruction.ts";
import { quote } from "../quote.ts";
import type { Findings } from "./findings.ts";
import type { Settings } from "./settings.ts";

/** A `.dockerignore` without exceptions: with them nothing certain can be said of a path. */
export class IgnoreFile {
  readonly #matcher: IgnoreMatcher;
  readonly #all: boolean;

  private constructor(patterns: readonly string[]) {
    this.#matcher = new IgnoreMatcher(patterns);
    this.#all = patterns.some((pattern) => pattern === "*" || pattern === "**" || pattern === "**/*");
  }

  /** Undefined where it says nothing, has exceptions, or cannot be read: that is an error of the build. */
  static of(patterns: readonly string[] | undefined): IgnoreFile | undefined {
    if (patterns === undefined || patterns.length === 0 || patterns.some((pattern) => pattern.startsWith("!")))
      return undefined;
    try {
      return new IgnoreFile(patterns);
    } catch (error) {
      if (error instanceof BadPattern || error instanceof LoneException) return undefined;
      throw error;
    }
  }

  leavesOut(path: string): boolean {
    return path === "." || path === "/" ? this.#all : this.#matcher.ignores(path, false);
  }
}

/** Sources of COPY and ADD, variables done, that the context does not have. */
export function checkSources(
  instruction: CopyInstruction | AddInstruction,
  sources: readonly string[],
  ignore: IgnoreFile,
  findings: Findings,
  settings: Settings,
): void {
  if (instruction.kind === "COPY" && instruction.from !== undefined) return;
  sources.forEach((source, index) => {
    if (instruction.kind === "ADD" && isRemote(source)) return;
    const path = cleanPattern(source);
    if (!ignore.leavesOut(path)) return;
    const written = instruction.sources.paths[index];
    findings.warn(
      "CopyIgnoredFile",
      `Attempting to ${instruction.kind === "ADD" ? "Add" : "Copy"} file ${quote(path)} that is excluded by .dockerignore`,
      instruction.lines,
      { range: findings.words(instruction)?.words.find(({ text }) => text === written) },
      settings,
    );
  });
}

/** What ADD fetches instead of taking it from the context. */
export function isRemote(source: string): boolean {
  return (
    /^(?:https?|git|ssh):\/\//i.test(source) || /^[\w.-]+@[\w.-]+:/.test(source) || source.startsWith("github.com/")
  );
}
