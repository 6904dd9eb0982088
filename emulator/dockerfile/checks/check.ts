import { DockerfileError, type Dockerfile, type FromInstruction, type Instruction } from "../instruction.ts";
import { messageOf } from "../message.ts";
import { parseDockerfile, parseInstruction } from "../parse.ts";
import { checkAdvice } from "./advice/advice.ts";
import { IgnoreFile } from "./copy-ignored.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { Dispatch, type Surroundings } from "./dispatch.ts";
import { Findings } from "./findings.ts";
import { checkDefaultBases, checkFromWords, type ResolvedFrom } from "./from.ts";
import { predefinedArgs, targetPlatform, withMetaArgs } from "./global-args.ts";
import { checkAcrossStages, checkWhileParsing } from "./parse-time.ts";
import { formatPlatform, parsePlatform, type Platform } from "./platform.ts";
import { violations, type CheckError } from "./report.ts";
import { settingsOf } from "./settings.ts";
import type { CheckSource } from "./source.ts";
import { findStage, linkStages, reachableFrom, type StageNode } from "./stage-graph.ts";
import { onImage, onStage, type StageState } from "./stage-state.ts";

/**
 * All that BuildKit's checks and our advice have to say, the checks first and in BuildKit's order of finding them.
 * @throws DockerfileError for a BUILDKIT_DOCKERFILE_CHECK that cannot be read
 */
export function check(source: CheckSource): Diagnostic[] {
  const findings = new Findings(source);
  checkWhileParsing(source.dockerfile, findings);
  checkAcrossStages(source.dockerfile, findings);
  checkStages(source, findings);
  checkAdvice(source, findings);
  return findings.diagnostics;
}

/** A text parsed and checked. */
export interface Checked {
  readonly dockerfile: Dockerfile | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** What cannot be read; the diagnostics are then those of the instructions above it. */
  readonly error: DockerfileError | undefined;
  /** What ends a check: that error with its whole message, or, where `error=true` asks for it, that there are warnings. */
  readonly failure: CheckError | undefined;
}

/** `check` of a text that may be broken. */
export function checkText(source: Omit<CheckSource, "dockerfile">): Checked {
  try {
    const dockerfile = parseDockerfile(source.text);
    const diagnostics = check({ ...source, dockerfile });
    const message = settingsOf({ ...source, dockerfile }).error ? violations(diagnostics) : undefined;
    const failure = message === undefined ? undefined : { message, lines: undefined };
    return { dockerfile, diagnostics, error: undefined, failure };
  } catch (error) {
    if (!(error instanceof DockerfileError)) throw error;
    const diagnostics = error.prefixed ? checkAbove(source, error) : [];
    return { dockerfile: undefined, diagnostics, error, failure: { message: messageOf(error), lines: error.lines } };
  }
}

/** BuildKit reads all lines first and the instructions then: what is above a bad one has been looked at. */
function checkAbove(source: Omit<CheckSource, "dockerfile">, { lines }: DockerfileError): readonly Diagnostic[] {
  const text = source.text
    .split("\n")
    .slice(0, lines.start - 1)
    .join("\n");
  try {
    const dockerfile = parseDockerfile(text);
    const findings = new Findings({ ...source, text, dockerfile });
    checkWhileParsing(dockerfile, findings);
    return findings.diagnostics;
  } catch (error) {
    if (error instanceof DockerfileError) return [];
    throw error;
  }
}

function checkStages(source: CheckSource, findings: Findings): void {
  const { dockerfile, buildArgs = {} } = source;
  const { escape } = dockerfile.directives;
  const platform = targetPlatform(source);
  const targetName = source.target ?? dockerfile.stages.at(-1)?.from.name;
  const predefined = predefinedArgs(platform, targetName === undefined ? "default" : targetName, buildArgs);
  const defaults = withMetaArgs(predefined, dockerfile.metaArgs, {}, escape);
  if (defaults !== undefined) checkDefaultBases(dockerfile, defaults, findings);
  const globalArgs = withMetaArgs(predefined, dockerfile.metaArgs, buildArgs, escape);
  if (globalArgs === undefined) return;
  const declared = dockerfile.metaArgs.flatMap(({ entries }) => entries.map(({ key }) => key));
  const resolved = dockerfile.stages.map(({ from }) =>
    checkFromWords(from, globalArgs, declared, platform, escape, findings),
  );
  const nodes = linkStages(dockerfile.stages.map((stage, index) => ({ stage, baseName: resolved[index]?.base })));
  const target = source.target === undefined ? nodes.at(-1) : findStage(nodes, source.target);
  if (target === undefined) return;
  const reachable = reachableFrom(nodes, target);
  const all = source.target === undefined && source.reachableOnly !== true;
  const checked = nodes.filter((node) => all || reachable.has(node));
  for (const node of checked) checkPlatforms(node, resolved[nodes.indexOf(node)], nodes, source, findings);
  const surroundings: Surroundings = {
    escape,
    globalArgs,
    buildArgs,
    ignore: IgnoreFile.of(source.ignore),
    findings,
  };
  const states = new Map<StageNode, StageState>();
  for (const node of checked) {
    const state = node.base === undefined ? onImage(imageOf(node, source)) : stateOn(states.get(node.base));
    const dispatch = new Dispatch(surroundings, state);
    const triggers = node.base === undefined ? state.onbuild.splice(0) : (states.get(node.base)?.onbuild ?? []);
    // Triggers run in the stages that are built; that they are told at the FROM is BuildKit's way.
    if (reachable.has(node)) for (const trigger of triggers) dispatchTrigger(trigger, node, dispatch);
    for (const instruction of node.stage.instructions) dispatch.dispatch(instruction);
    states.set(node, state);
  }
}

function stateOn(base: StageState | undefined): StageState {
  return base === undefined ? onImage(undefined) : onStage(base);
}

const scratch = "scratch";

function imageOf(node: StageNode, { baseImage }: CheckSource): ReturnType<NonNullable<CheckSource["baseImage"]>> {
  if (node.baseName === undefined || node.baseName === scratch || baseImage === undefined) return {};
  return baseImage(node.baseName);
}

function dispatchTrigger(trigger: string, node: StageNode, dispatch: Dispatch): void {
  let instruction: Instruction;
  try {
    instruction = parseInstruction(trigger);
  } catch (error) {
    // The build ends at it.
    if (error instanceof DockerfileError) return;
    throw error;
  }
  dispatch.dispatch({ ...instruction, lines: node.stage.from.lines, comment: [] });
}

/** The images of a stage: what it stands on, and what it copies from that is no stage. */
function checkPlatforms(
  node: StageNode,
  from: ResolvedFrom | undefined,
  nodes: readonly StageNode[],
  source: CheckSource,
  findings: Findings,
): void {
  const standard = targetPlatform(source);
  const { from: instruction, instructions } = node.stage;
  if (node.base === undefined && from !== undefined)
    checkPlatform(from.base, from.platform ?? standard, instruction, source, findings);
  for (const copy of instructions) {
    if (copy.kind !== "COPY" || copy.from === undefined || /^[+-]?\d+$/.test(copy.from)) continue;
    if (findStage(nodes, copy.from) === undefined) checkPlatform(copy.from, standard, copy, source, findings);
  }
}

function checkPlatform(
  image: string,
  expected: Platform,
  instruction: Instruction | FromInstruction,
  source: CheckSource,
  findings: Findings,
): void {
  const platform = image === scratch ? undefined : source.baseImage?.(image)?.platform;
  const actual = parsePlatform(platform ?? "", targetPlatform(source));
  if (actual === undefined) return;
  if (actual.os === expected.os && actual.architecture === expected.architecture) return;
  const words = findings.words(instruction);
  findings.warn(
    "InvalidBaseImagePlatform",
    `Base image ${image} was pulled with platform "${formatPlatform(actual)}", expected "${formatPlatform(expected)}" for current build`,
    instruction.lines,
    {
      range:
        instruction.kind === "FROM" ? words?.words[0] : words?.flags.find(({ text }) => text === `--from=${image}`),
    },
  );
}
