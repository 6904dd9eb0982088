import type { ArgInstruction, Directives } from "../instruction.ts";
import { expandWord, WordError } from "../word.ts";
import { formatPlatform, parsePlatform, type Platform } from "./platform.ts";
import type { CheckSource } from "./source.ts";

const standard: Platform = { os: "linux", architecture: "386", variant: "" };

export function targetPlatform(source: Pick<CheckSource, "platform">): Platform {
  return parsePlatform(source.platform ?? "", standard) ?? standard;
}

/** The ARGs every build has from the start: `TARGETPLATFORM` and its like. */
export function predefinedArgs(
  platform: Platform,
  target: string,
  given: Readonly<Record<string, string>>,
): Map<string, string> {
  const args = new Map<string, string>();
  for (const side of ["BUILD", "TARGET"]) {
    args.set(`${side}PLATFORM`, formatPlatform(platform));
    args.set(`${side}OS`, platform.os);
    args.set(`${side}OSVERSION`, "");
    args.set(`${side}ARCH`, platform.architecture);
    args.set(`${side}VARIANT`, platform.variant);
  }
  args.set("TARGETSTAGE", target);
  for (const name of args.keys()) if (Object.hasOwn(given, name)) args.set(name, given[name] ?? "");
  return args;
}

/** Those and the ARGs before the first FROM. Undefined when one of them cannot be expanded: the build ends there. */
export function withMetaArgs(
  predefined: ReadonlyMap<string, string>,
  metaArgs: readonly ArgInstruction[],
  given: Readonly<Record<string, string>>,
  escape: Directives["escape"],
): Map<string, string> | undefined {
  const args = new Map(predefined);
  for (const { key, value } of metaArgs.flatMap((instruction) => instruction.entries)) {
    const set = Object.hasOwn(given, key) ? given[key] : value;
    if (set === undefined) continue;
    try {
      const expanded = Object.hasOwn(given, key) ? set : expandWord(set, (name) => args.get(name), { escape });
      args.delete(key);
      args.set(key, expanded);
    } catch (error) {
      if (error instanceof WordError) return undefined;
      throw error;
    }
  }
  return args;
}
