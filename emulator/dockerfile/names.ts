import type { InstructionKind } from "./instruction.ts";

export const instructionNames = [
  "ADD",
  "ARG",
  "CMD",
  "COPY",
  "ENTRYPOINT",
  "ENV",
  "EXPOSE",
  "FROM",
  "HEALTHCHECK",
  "LABEL",
  "MAINTAINER",
  "ONBUILD",
  "RUN",
  "SHELL",
  "STOPSIGNAL",
  "USER",
  "VOLUME",
  "WORKDIR",
] as const satisfies readonly InstructionKind[];

/** `switch` may stand without a value; `list` may be given several times. */
export type FlagKind = "switch" | "text" | "list";

/** `--name=value` of each instruction; an instruction that is not listed has none. */
export const instructionFlags: Partial<Record<InstructionKind, Readonly<Record<string, FlagKind>>>> = {
  ADD: {
    chown: "text",
    chmod: "text",
    link: "switch",
    "keep-git-dir": "switch",
    checksum: "text",
    unpack: "switch",
    exclude: "list",
  },
  COPY: { chown: "text", from: "text", chmod: "text", link: "switch", exclude: "list", parents: "switch" },
  FROM: { platform: "text" },
  HEALTHCHECK: {
    interval: "text",
    timeout: "text",
    "start-period": "text",
    "start-interval": "text",
    retries: "text",
  },
  RUN: { mount: "list", network: "text", security: "text", device: "list" },
};

const kinds = new Map<string, InstructionKind>(instructionNames.map((name) => [name.toLowerCase(), name]));

/** The instruction of a name in any case; undefined for other words. */
export function kindOf(name: string): InstructionKind | undefined {
  return kinds.get(name.toLowerCase());
}

/**
 * The option nearest to what was written, at most two edits away; undefined when none is near, or when it is one of them.
 * Without regard to case the answer takes the case of what was written.
 */
export function suggest(written: string, options: Iterable<string>, caseSensitive = false): string | undefined {
  const wanted = caseSensitive ? written : written.toLowerCase();
  let nearest: string | undefined;
  let least = 3;
  for (const each of options) {
    const option = caseSensitive ? each : each.toLowerCase();
    if (option === wanted) return undefined;
    const edits = distance(wanted, option, least);
    if (edits >= least) continue;
    least = edits;
    nearest = option;
  }
  if (nearest === undefined || caseSensitive) return nearest;
  return written === wanted ? nearest : written === written.toUpperCase() ? nearest.toUpperCase() : nearest;
}

/** Levenshtein's; `limit` or more where it is not below `limit`. */
function distance(a: string, b: string, limit: number): number {
  const from = Array.from(a);
  const to = Array.from(b);
  if (Math.abs(from.length - to.length) >= limit) return limit;
  let above = to.map((_, index) => index);
  above.push(to.length);
  for (const [row, character] of from.entries()) {
    const line = [row + 1];
    for (const [column, other] of to.entries()) {
      const replaced = (above[column] ?? 0) + (character === other ? 0 : 1);
      line.push(Math.min(replaced, (above[column + 1] ?? 0) + 1, (line[column] ?? 0) + 1));
    }
    above = line;
  }
  return above[to.length] ?? limit;
}
