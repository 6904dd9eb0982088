import { readDirectives } from "./directives.ts";
import {
  DockerfileError,
  type ArgInstruction,
  type Directives,
  type Dockerfile,
  type FromInstruction,
  type Instruction,
  type LineRange,
  type Stage,
} from "./instruction.ts";
import { InstructionError } from "./instruction-error.ts";
import { readInstruction } from "./instructions.ts";
import { empty, noStage, noStages } from "./message.ts";
import { linesOf, readNodes, type Node } from "./nodes.ts";
import { WordError } from "./word-error.ts";

/** Reads a whole Dockerfile. @throws DockerfileError for the first thing that cannot be read */
export function parseDockerfile(text: string): Dockerfile {
  if (text === "") throw new DockerfileError(empty, { start: 1, end: 1 }, undefined, false);
  const lines = linesOf(text);
  const { syntax, check } = readDirectives(lines);
  const { nodes, escape, warnings } = readNodes(lines);
  const metaArgs: ArgInstruction[] = [];
  const stages: OpenStage[] = [];
  for (const node of nodes) {
    const instruction = readNode(node);
    const stage = stages.at(-1);
    if (instruction.kind === "FROM") {
      if (stage !== undefined) stage.end = (node.commentStart ?? node.lines.start) - 1;
      stages.push({ from: instruction, instructions: [], end: lines.length });
    } else if (stage !== undefined) stage.instructions.push(instruction);
    else if (instruction.kind === "ARG") metaArgs.push(instruction);
    else throw new DockerfileError(noStage, node.lines, undefined, false);
  }
  if (stages.length === 0)
    throw new DockerfileError(noStages, { start: 1, end: Math.max(1, lines.length) }, undefined, false);
  return { directives: { escape, syntax, check }, metaArgs, stages: stages.map(closed), warnings };
}

/**
 * Reads one instruction with its heredocs: the trigger of ONBUILD, a change of `docker commit`. Lines count from its own
 * beginning. @throws DockerfileError, also when it is no single instruction of a stage
 */
export function parseInstruction(text: string, directives?: Pick<Directives, "escape">): Instruction {
  const lines = linesOf(text);
  const { nodes } = readNodes(lines, directives?.escape);
  const [node, another] = nodes;
  if (node === undefined || another !== undefined)
    throw new DockerfileError(
      "onbuild trigger should be a single expression",
      another?.lines ?? { start: 1, end: 1 },
      undefined,
      false,
    );
  const instruction = readNode(node);
  if (instruction.kind === "FROM")
    throw new DockerfileError("*instructions.Stage is not a command type", node.lines, undefined, false);
  return instruction;
}

interface OpenStage {
  readonly from: FromInstruction;
  readonly instructions: Instruction[];
  end: number;
}

function closed({ from, instructions, end }: OpenStage): Stage {
  const lines: LineRange = { start: from.lines.start, end: Math.max(end, from.lines.end) };
  return { from, instructions, lines };
}

function readNode(node: Node): Instruction | FromInstruction {
  try {
    return readInstruction(node);
  } catch (error) {
    if (error instanceof InstructionError) throw new DockerfileError(error.message, node.lines, error.suggestion);
    if (error instanceof WordError) throw new DockerfileError(error.message, node.lines);
    throw error;
  }
}
