import { InvalidReference, parseReference } from "../../image/reference.ts";
import type { Dockerfile, FromInstruction } from "../instruction.ts";
import type { Token } from "../language/logical-line.ts";
import { suggest } from "../names.ts";
import { quote } from "../quote.ts";
import { expandWithNames, WordError, type Expansion } from "../word.ts";
import type { Findings } from "./findings.ts";
import { renamedVariable, variableRange, withoutFlag } from "./fixes.ts";
import { parsePlatform, type Platform } from "./platform.ts";
import { withComment } from "./settings.ts";

type Args = ReadonlyMap<string, string>;
type Escape = Dockerfile["directives"]["escape"];

/** Bases that are no image's name when no build argument is given. `defaults` are the ARGs without any given. */
export function checkDefaultBases(dockerfile: Dockerfile, defaults: Args, findings: Findings): void {
  for (const { from } of dockerfile.stages) {
    const base = expanded(from.base, defaults, dockerfile.directives.escape);
    if (base === undefined) return;
    if (!isReference(base.result))
      findings.warn(
        "InvalidDefaultArgInFrom",
        `Default value for ARG ${from.base} results in empty or invalid base image name`,
        from.lines,
        { range: findings.words(from)?.words[0] },
      );
  }
}

/** What FROM becomes with the ARGs given; undefined where it is in error. */
export interface ResolvedFrom {
  readonly base: string;
  readonly platform: Platform | undefined;
}

/** Variables and platform of one FROM. */
export function checkFromWords(
  from: FromInstruction,
  args: Args,
  declared: readonly string[],
  standard: Platform,
  escape: Escape,
  findings: Findings,
): ResolvedFrom | undefined {
  const words = findings.words(from);
  const base = expanded(from.base, args, escape);
  if (base === undefined) return undefined;
  checkArgs(from, base, [...new Set([...declared, ...args.keys()])], words?.words[0], findings);
  if (from.platform === undefined) return { base: base.result, platform: undefined };
  const platform = expanded(from.platform, args, escape);
  if (platform === undefined) return undefined;
  const flag = words?.flags.find((token) => token.text.startsWith("--platform="));
  checkArgs(from, platform, [...new Set([...declared, ...args.keys()])], flag, findings);
  const settings = withComment(findings.settings, from.comment);
  const fixes = words === undefined || flag === undefined ? [] : [withoutFlag("Remove the flag", words, flag)];
  const [only] = platform.used;
  if (
    platform.used.size === 1 &&
    platform.unmatched.size === 0 &&
    only === "TARGETPLATFORM" &&
    platform.result === args.get(only)
  )
    findings.warn(
      "RedundantTargetPlatform",
      `Setting platform to predefined ${from.platform} in FROM is redundant as this is the default behavior`,
      from.lines,
      { range: flag, fixes },
      settings,
    );
  const parsed = parsePlatform(platform.result, standard);
  const constant = platform.used.size === 0 && platform.unmatched.size === 0;
  const named = (part: string) => (from.name ?? "").includes(part);
  if (constant && parsed !== undefined && !named(parsed.os) && !named(parsed.architecture))
    findings.warn(
      "FromPlatformFlagConstDisallowed",
      `FROM --platform flag should not use constant value ${quote(platform.result)}`,
      from.lines,
      { range: flag, fixes },
      settings,
    );
  return { base: base.result, platform: parsed };
}

function checkArgs(
  from: FromInstruction,
  { unmatched }: Expansion,
  known: readonly string[],
  token: Token | undefined,
  findings: Findings,
): void {
  for (const name of unmatched) {
    if (known.includes(name)) continue;
    const near = suggest(name, known, true);
    const fix = token === undefined || near === undefined ? undefined : renamedVariable(token, name, near);
    findings.warn(
      "UndefinedArgInFrom",
      `FROM argument '${name}' is not declared${near === undefined ? "" : ` (did you mean ${near}?)`}`,
      from.lines,
      { range: token && (variableRange(token, name) ?? token), fixes: fix === undefined ? [] : [fix] },
      withComment(findings.settings, from.comment),
    );
  }
}

function expanded(word: string, args: Args, escape: Escape): Expansion | undefined {
  try {
    return expandWithNames(word, (name) => args.get(name), { escape });
  } catch (error) {
    if (error instanceof WordError) return undefined;
    throw error;
  }
}

function isReference(name: string): boolean {
  try {
    parseReference(name);
    return true;
  } catch (error) {
    if (error instanceof InvalidReference) return false;
    throw error;
  }
}
