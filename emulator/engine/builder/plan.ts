import type { Dockerfile, Instruction } from "../../dockerfile/instruction.ts";
import { parseInstruction } from "../../dockerfile/parse.ts";
import { parsePlatform, type Platform } from "../../dockerfile/checks/platform.ts";
import { canonicalString, parseReference, withDefaultTag } from "../../image/reference.ts";
import type { ImageRecord } from "../records.ts";
import { at, BuildError } from "./build-error.ts";
import { dispatch } from "./dispatch/dispatch.ts";
import { expander, type Expand } from "./dispatch/expand.ts";
import { sourcesOf } from "./dispatch/sources.ts";
import type { BuildRequest } from "./request.ts";
import { StageState, type StageCommand } from "./stage.ts";
import { globalArgs, platform as ownPlatform } from "./variables.ts";

/** The stages of a build and what each does; only those that the target needs are dispatched. */
export interface Plan {
  readonly target: StageState;
  /** Those of the Dockerfile, in its order. */
  readonly stages: readonly StageState[];
}

export interface PlanContext {
  readonly request: Pick<BuildRequest, "buildArgs" | "platform" | "target" | "noCache" | "noCacheStages" | "labels">;
  /** The image of a reference, fetched when it is not there. */
  readonly image: (reference: string) => Promise<ImageRecord>;
}

/** Turns a Dockerfile into a graph of ops (see dockerfile2llb in BuildKit). Throws BuildError with the place. */
export async function plan(dockerfile: Dockerfile, context: PlanContext): Promise<Plan> {
  const { request } = context;
  const { escape } = dockerfile.directives;
  const globals = globalArgs(dockerfile.metaArgs, request.buildArgs, request.target, escape);
  const stages = declare(dockerfile, globals, request);
  const all = [...stages];
  const target = findTarget(stages, request.target);
  for (const stage of stages)
    stage.commands = (stage.from === undefined ? [] : (dockerfile.stages[stage.index]?.instructions ?? [])).map(
      (instruction) => command(instruction, all, escape, false),
    );
  refuseCircles(stages);
  if (stages.length === 1 && stages[0] !== undefined) stages[0].displayName = "";
  await resolve(target, all, context, escape);
  const reachable = reachableFrom(target);
  const shownImages = new Set<string>();
  // A stage reads from those before it; images that only a step names come first.
  for (const stage of [...all.slice(stages.length), ...stages]) {
    if (!reachable.has(stage)) continue;
    await dispatch(stage, { globals, request, escape, shownImages });
  }
  target.config = withLabels(target, request.labels);
  return { target, stages };
}

function declare(
  dockerfile: Dockerfile,
  globals: ReadonlyMap<string, string>,
  request: PlanContext["request"],
): StageState[] {
  const { escape } = dockerfile.directives;
  const stages: StageState[] = [];
  const asked = request.platform === "" ? undefined : readPlatform(request.platform);
  for (const [index, { from, instructions }] of dockerfile.stages.entries()) {
    const expand = expander(globals, escape);
    const base = located(from.lines, () => expand.word(from.base));
    if (base === "") throw new BuildError(`base name (${from.base}) should not be blank`, from.lines);
    const stage = new StageState(index, from, base, from.name ?? `stage-${String(index)}`, escape);
    stage.platform = located(from.lines, () => platformOf(from.platform, expand)) ?? asked;
    stage.base = stages.findLast(({ name }) => name !== undefined && name === base.toLowerCase());
    stage.ignoreCache =
      request.noCache || request.noCacheStages.some((name) => name.toLowerCase() === (from.name ?? String(index)));
    const makesFiles = instructions.filter(({ kind }) => ["ADD", "COPY", "RUN", "WORKDIR"].includes(kind)).length;
    stage.total = (base !== "scratch" && stage.base === undefined ? 1 : 0) + makesFiles;
    stages.push(stage);
  }
  return stages;
}

function platformOf(written: string | undefined, expand: Expand): Platform | undefined {
  if (written === undefined) return undefined;
  const text = expand.word(written);
  if (text === "") throw new Error(`empty platform value from expression ${written}`);
  return readPlatform(text);
}

function readPlatform(text: string): Platform {
  const found = parsePlatform(text, { ...ownPlatform, variant: "" });
  if (found === undefined)
    throw new BuildError(`failed to parse platform ${text}: unknown operating system or architecture`, undefined);
  return found;
}

/** There are images for one platform only. */
function refuseForeign({ platform, baseName }: StageState): void {
  const { os, architecture } = ownPlatform;
  if (platform === undefined || (platform.os === os && platform.architecture === architecture)) return;
  throw new Error(
    `${baseName}: failed to resolve source metadata for ${canonical(baseName)}: no match for platform in manifest: not found (images here are for ${os}/${architecture})`,
  );
}

function command(instruction: Instruction, all: StageState[], escape: "\\" | "`", onbuild: boolean): StageCommand {
  const sources = located(instruction.lines, () =>
    sourcesOf(instruction).map((from) => {
      if (from === undefined) return undefined;
      const named = stageCalled(from, all, instruction.kind === "COPY");
      if (named !== undefined) return named;
      const image = new StageState(all.length, undefined, from, "", escape);
      all.push(image);
      return image;
    }),
  );
  return { instruction, sources, onbuild };
}

/** By name, and for COPY by number as well. */
function stageCalled(from: string, all: readonly StageState[], byNumber: boolean): StageState | undefined {
  if (byNumber && /^\d+$/.test(from)) {
    const found = all.find(({ index, from: declared }) => declared !== undefined && index === Number(from));
    if (found === undefined) throw new Error(`invalid stage index ${from}`);
    return found;
  }
  return all.findLast(({ name }) => name !== undefined && name === from.toLowerCase());
}

function findTarget(stages: readonly StageState[], name: string): StageState {
  const last = stages.at(-1);
  if (last === undefined) throw new BuildError("dockerfile contains no stages to build", undefined);
  if (name === "") return last;
  const found =
    stages.findLast((stage) => stage.name === name.toLowerCase()) ??
    (/^\d+$/.test(name) ? stages[Number(name)] : undefined);
  if (found === undefined) throw new BuildError(`target stage ${JSON.stringify(name)} could not be found`, undefined);
  return found;
}

function dependencies(stage: StageState): StageState[] {
  const read = stage.commands.flatMap(({ sources }) => sources.filter((source) => source !== undefined));
  return stage.base === undefined ? read : [stage.base, ...read];
}

function reachableFrom(target: StageState): Set<StageState> {
  const reached = new Set<StageState>();
  const visit = (stage: StageState): void => {
    if (reached.has(stage)) return;
    reached.add(stage);
    dependencies(stage).forEach(visit);
  };
  visit(target);
  return reached;
}

function refuseCircles(stages: readonly StageState[]): void {
  const done = new Set<StageState>();
  const visit = (stage: StageState, path: readonly StageState[]): void => {
    if (path.includes(stage))
      throw new BuildError(`circular dependency detected on stage: ${stage.displayName}`, stage.from?.lines);
    if (done.has(stage)) return;
    for (const other of dependencies(stage)) visit(other, [...path, stage]);
    done.add(stage);
  };
  for (const stage of stages) visit(stage, []);
}

/** Gets every base image that is needed; triggers of ONBUILD may need further ones. */
async function resolve(target: StageState, all: StageState[], context: PlanContext, escape: "\\" | "`"): Promise<void> {
  const resolved = new Set<StageState>();
  const images = new Map<string, Promise<ImageRecord>>();
  for (let again = true; again;) {
    again = false;
    const open = [...reachableFrom(target)].filter((stage) => !resolved.has(stage));
    await Promise.all(
      open.map(async (stage) => {
        if (stage.base !== undefined || stage.baseName === "scratch") return;
        try {
          refuseForeign(stage);
          const image = images.get(stage.baseName) ?? context.image(stage.baseName);
          images.set(stage.baseName, image);
          begin(stage, await image);
        } catch (error) {
          throw at(stage.from?.lines ?? commandNaming(stage, all)?.lines ?? { start: 1, end: 1 }, error);
        }
      }),
    );
    for (const stage of open) {
      resolved.add(stage);
      const triggers = triggersOf(stage);
      if (triggers.length === 0) continue;
      const { OnBuild: _done, ...config } = stage.config;
      stage.config = config;
      const lines = stage.from?.lines ?? { start: 1, end: 1 };
      const commands = triggers.map((trigger) =>
        located(lines, () => command({ ...parseInstruction(trigger), lines }, all, escape, true)),
      );
      stage.total += commands.length;
      stage.commands = [...commands, ...stage.commands];
      again = true;
    }
    if (open.some((stage) => dependencies(stage).some((other) => !resolved.has(other)))) again = true;
  }
}

/** Of the image it stands on, or of the stage. */
function triggersOf(stage: StageState): readonly string[] {
  if (stage.base === undefined) return stage.from === undefined ? [] : (stage.config.OnBuild ?? []);
  return stage.base.commands.flatMap(({ instruction }) =>
    instruction.kind === "ONBUILD" ? [instruction.expression] : [],
  );
}

function commandNaming(image: StageState, all: readonly StageState[]): Instruction | undefined {
  return all.flatMap(({ commands }) => commands).find(({ sources }) => sources.includes(image))?.instruction;
}

function begin(stage: StageState, image: ImageRecord): void {
  stage.baseName = canonical(stage.baseName);
  stage.config = { ...image.config.config };
  stage.author = image.config.author;
  stage.history = [...(image.config.history ?? [])];
  stage.inherited = stage.history.length;
  stage.op = {
    kind: "image",
    name: stage.from === undefined ? `FROM ${stage.baseName}` : "",
    vertex: "",
    inputs: [],
    lines: stage.from?.lines ?? { start: 0, end: 0 },
    ignoreCache: false,
    place: stage.from === undefined ? undefined : { stage: stage.index, step: 0 },
    imageId: image.id,
    layers: image.config.rootfs.diff_ids,
  };
}

/** `docker.io/library/busybox:latest`; an id stays as it is. */
function canonical(name: string): string {
  return /^(sha256:)?[0-9a-f]{12,64}$/.test(name) ? name : canonicalString(withDefaultTag(parseReference(name)));
}

function withLabels(target: StageState, labels: Readonly<Record<string, string>>): StageState["config"] {
  if (Object.keys(labels).length === 0) return target.config;
  return { ...target.config, Labels: { ...target.config.Labels, ...labels } };
}

function located<T>(lines: { start: number; end: number }, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw at(lines, error);
  }
}
