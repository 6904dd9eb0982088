import type { Instruction, Stage } from "../instruction.ts";
import { InstructionError } from "../instruction-error.ts";
import { csvFields } from "../csv.ts";

/** A stage with the name of its base resolved: another stage above, or an image. */
export interface StageNode {
  readonly stage: Stage;
  /** With variables done; undefined when that failed. */
  readonly baseName: string | undefined;
  /** Undefined: an image. */
  readonly base: StageNode | undefined;
}

/** Joins stages to the ones they stand on; of stages of one name the later counts. */
export function linkStages(
  stages: readonly { readonly stage: Stage; readonly baseName: string | undefined }[],
): StageNode[] {
  const byName = new Map<string, StageNode>();
  return stages.map(({ stage, baseName }) => {
    const node: StageNode = { stage, baseName, base: baseName === undefined ? undefined : byName.get(baseName) };
    if (stage.from.name !== undefined) byName.set(stage.from.name, node);
    return node;
  });
}

/** The stage of a name without regard to case, the later one of two; undefined when there is none. */
export function findStage(nodes: readonly StageNode[], name: string): StageNode | undefined {
  return nodes.findLast(({ stage }) => stage.from.name === name.toLowerCase());
}

/** A stage and all it needs: its base, and what it copies or mounts from. */
export function reachableFrom(nodes: readonly StageNode[], target: StageNode): ReadonlySet<StageNode> {
  const found = new Set<StageNode>();
  const open = [target];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (found.has(node)) continue;
    found.add(node);
    if (node.base !== undefined) open.push(node.base);
    for (const instruction of node.stage.instructions)
      for (const name of sourcesOf(instruction)) {
        const source =
          /^[+-]?\d+$/.test(name) && instruction.kind === "COPY" ? nodes[Number(name)] : findStage(nodes, name);
        if (source !== undefined) open.push(source);
      }
  }
  return found;
}

/** Stages or images an instruction reads from besides its own stage. */
export function sourcesOf(instruction: Instruction): string[] {
  if (instruction.kind === "COPY") return instruction.from === undefined ? [] : [instruction.from];
  if (instruction.kind !== "RUN") return [];
  return instruction.mounts.flatMap((mount) =>
    settingsOfMount(mount).flatMap(([key, value]) => (key === "from" && value !== "" ? [value] : [])),
  );
}

/** `type=cache,target=/x` as pairs, keys in lower case; empty for what is no line of fields. */
export function settingsOfMount(mount: string): (readonly [key: string, value: string])[] {
  try {
    return csvFields(mount, "mounts").map((field) => {
      const equals = field.indexOf("=");
      return equals < 0 ? [field.toLowerCase(), ""] : [field.slice(0, equals).toLowerCase(), field.slice(equals + 1)];
    });
  } catch (error) {
    if (error instanceof InstructionError) return [];
    throw error;
  }
}
