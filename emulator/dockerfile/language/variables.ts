import { scan, type Scan, type ScannedInstruction } from "./scan.ts";

/** A variable and where it comes from. */
export interface Variable {
  readonly name: string;
  readonly from: "ARG" | "ENV" | "predefined";
  /** As written; undefined for an ARG without a default. */
  readonly value: string | undefined;
  /** Undefined for what is always there. */
  readonly line: number | undefined;
}

/** ARGs every FROM may use, and every stage after `ARG name`. */
export const predefined: Readonly<Record<string, string>> = {
  TARGETPLATFORM: "Platform the image is built for: `linux/amd64`.",
  TARGETOS: "Its system: `linux`.",
  TARGETARCH: "Its architecture: `amd64`.",
  TARGETVARIANT: "Its variant: `v7` of `linux/arm/v7`, else empty.",
  TARGETSTAGE: "Name of the stage that is built; `default` without one.",
  BUILDPLATFORM: "Platform the build runs on.",
  BUILDOS: "Its system.",
  BUILDARCH: "Its architecture.",
  BUILDVARIANT: "Its variant, or empty.",
};

/** Variables that can be used on a line, the nearest definition of each; broken instructions are passed over. */
export function variablesAt(text: string | Scan, line: number): Variable[] {
  const { items } = typeof text === "string" ? scan(text) : text;
  const global = new Map<string, Variable>();
  const byStage = new Map<string, Map<string, Variable>>();
  let stage: Map<string, Variable> | undefined;
  let name: string | undefined;
  for (const item of items) {
    if (item.kind !== "instruction") continue;
    const isFrom = item.instruction === "FROM";
    if (item.lines.end >= line && !(isFrom && item.lines.start < line)) {
      if (isFrom) stage = undefined;
      break;
    }
    if (isFrom) {
      stage = new Map(byStage.get(item.words[0]?.text.toLowerCase() ?? ""));
      name = item.words[1]?.text.toLowerCase() === "as" ? item.words[2]?.text.toLowerCase() : undefined;
    }
    for (const variable of definitionsOf(item)) {
      const inherited = variable.value === undefined ? (global.get(variable.name)?.value ?? undefined) : variable.value;
      (stage ?? global).set(variable.name, { ...variable, value: inherited });
    }
    if (stage !== undefined && name !== undefined) byStage.set(name, stage);
  }
  if (stage !== undefined) return [...stage.values()];
  const always = Object.keys(predefined).map((each): Variable => ({
    name: each,
    from: "predefined",
    value: undefined,
    line: undefined,
  }));
  return [...global.values(), ...always.filter((each) => !global.has(each.name))];
}

function definitionsOf(item: ScannedInstruction): Variable[] {
  const { instruction, words, keyword } = item;
  if (instruction !== "ARG" && instruction !== "ENV") return [];
  const line = keyword.start.line;
  const [first, second] = words;
  if (instruction === "ENV" && first !== undefined && !first.text.includes("=")) {
    const value = second === undefined ? undefined : item.logical.text.slice(second.offset).trim();
    return [{ name: first.text, from: "ENV", value, line }];
  }
  return words.flatMap((word): Variable[] => {
    const equals = word.text.indexOf("=");
    const name = equals < 0 ? word.text : word.text.slice(0, equals);
    if (!/^\w+$/.test(name)) return [];
    return [
      { name, from: instruction, value: equals < 0 ? undefined : word.text.slice(equals + 1), line: word.start.line },
    ];
  });
}
