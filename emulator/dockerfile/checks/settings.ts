import { checkOf } from "../directives.ts";
import { DockerfileError, type Directives } from "../instruction.ts";
import type { RuleName } from "./diagnostic.ts";
import { isCheckName, ruleset } from "./ruleset.ts";
import type { CheckSource } from "./source.ts";

/** Which rules speak: `# check=` at the top, the build argument in its place, and comments above single instructions. */
export interface Settings {
  readonly skip: ReadonlySet<string> | "all";
  readonly experimental: ReadonlySet<string> | "all";
  /** A finding ends the build. */
  readonly error: boolean;
}

const argument = "BUILDKIT_DOCKERFILE_CHECK";
const inComment = /^check[\t\n\f\r ]*=[\t\n\f\r ]*([^ ]+)/i;

/** @throws DockerfileError for a build argument that cannot be read */
export function settingsOf(source: Pick<CheckSource, "dockerfile" | "buildArgs">): Settings {
  const given = source.buildArgs?.[argument];
  if (given === undefined) return fromCheck(source.dockerfile.directives.check);
  return fromCheck(checkOf(given, 1, argument));
}

/** With what the comment block above an instruction adds: `# check=skip=JSONArgsRecommended`. */
export function withComment(settings: Settings, comment: readonly string[]): Settings {
  for (const line of comment) {
    const value = inComment.exec(line)?.[1];
    if (value === undefined) continue;
    try {
      const more = fromCheck(checkOf(value, 1));
      return {
        skip: union(settings.skip, more.skip),
        experimental: union(settings.experimental, more.experimental),
        error: settings.error,
      };
    } catch (error) {
      // As BuildKit: a comment that reads like settings and is none is a comment.
      if (error instanceof DockerfileError) return settings;
      throw error;
    }
  }
  return settings;
}

export function allows(settings: Settings, rule: RuleName): boolean {
  if (isCheckName(rule) && "experimental" in ruleset[rule])
    return settings.experimental === "all" || settings.experimental.has(rule);
  return settings.skip !== "all" && !settings.skip.has(rule);
}

function fromCheck(check: Directives["check"]): Settings {
  const set = (names: readonly string[] | "all") => (names === "all" ? names : new Set(names));
  return {
    skip: set(check?.skip ?? []),
    experimental: set(check?.experimental ?? []),
    error: check?.error ?? false,
  };
}

function union(a: ReadonlySet<string> | "all", b: ReadonlySet<string> | "all"): ReadonlySet<string> | "all" {
  return a === "all" || b === "all" ? "all" : new Set([...a, ...b]);
}
