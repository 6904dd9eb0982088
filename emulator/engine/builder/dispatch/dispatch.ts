import type {
  AddInstruction,
  ArgInstruction,
  CopyInstruction,
  RunInstruction,
  WorkdirInstruction,
} from "../../../dockerfile/instruction.ts";
import { parseMount } from "../../../dockerfile/mount.ts";
import { at } from "../build-error.ts";
import type { CopyOp, ImageOp, Op, OpMount } from "../op.ts";
import type { BuildRequest } from "../request.ts";
import type { StageCommand, StageState } from "../stage.ts";
import { proxyEnv } from "../variables.ts";
import { dispatchMetadata } from "./metadata.ts";
import { runCommandLine, runComment } from "./run.ts";
import { normalizeWorkdir } from "./workdir.ts";

export interface DispatchContext {
  readonly globals: ReadonlyMap<string, string>;
  readonly request: Pick<BuildRequest, "buildArgs">;
  readonly escape: "\\" | "`";
  /** Ids of images that progress shows already. */
  readonly shownImages: Set<string>;
}

/** Takes a stage from its base through all of its instructions. Its base and its sources are dispatched. */
export async function dispatch(stage: StageState, context: DispatchContext): Promise<void> {
  if (stage.base !== undefined) stage.inherit(stage.base);
  else if (stage.baseName === "scratch") stage.op = scratch(stage);
  else if (stage.op?.kind === "image") nameImage(stage, stage.op, context.shownImages);
  stage.dispatched = true;
  stage.begin();
  for (const [step, command] of stage.commands.entries()) {
    try {
      dispatchCommand(stage, command, step + 1, context);
    } catch (error) {
      throw at(command.instruction.lines, error);
    }
  }
}

function scratch({ index, from }: StageState): Op {
  const lines = from?.lines ?? { start: 0, end: 0 };
  return {
    kind: "scratch",
    name: "",
    vertex: "",
    inputs: [],
    lines,
    ignoreCache: false,
    place: { stage: index, step: 0 },
  };
}

/** An image that several stages stand on is shown once. */
function nameImage(stage: StageState, op: ImageOp, shown: Set<string>): void {
  const place = stage.from === undefined ? undefined : { stage: stage.index, step: 0 };
  const name = stage.prefixed(`FROM ${stage.baseName}`, false);
  stage.op = { ...op, name: shown.has(op.imageId) ? "" : name, place };
  shown.add(op.imageId);
}

function dispatchCommand(stage: StageState, command: StageCommand, step: number, context: DispatchContext): void {
  const { instruction } = command;
  switch (instruction.kind) {
    case "RUN":
      dispatchRun(stage, instruction, command, step, context);
      return;
    case "COPY":
    case "ADD":
      dispatchCopy(stage, instruction, command, step);
      return;
    case "WORKDIR":
      dispatchWorkdir(stage, instruction, command, step);
      return;
    case "ARG":
      dispatchArg(stage, instruction, context);
      return;
    default: {
      const { expand, cmdSet } = stage;
      const change = dispatchMetadata(instruction, stage.config, { expand, cmdSet });
      stage.config = change.config;
      if (change.author !== undefined) stage.author = change.author;
      if (instruction.kind === "CMD") stage.cmdSet = true;
      if (instruction.kind === "ENV") {
        // None of them sees another of the same instruction.
        const pairs = instruction.entries.map(({ key, value }) => [expand.word(key), expand.word(value)] as const);
        for (const [key, value] of pairs) stage.env.set(key, value);
      }
      // BuildKit keeps no history of a trigger.
      if (instruction.kind !== "ONBUILD") stage.commit(change.comment, false);
    }
  }
}

function opOf(stage: StageState): Op {
  if (stage.op === undefined) throw new Error(`stage ${stage.displayName} has nothing to stand on`);
  return stage.op;
}

function sourceOp(source: StageState, what: string, stage: StageState): Op {
  if (!source.dispatched)
    throw new Error(
      `cannot ${what} stage ${JSON.stringify(source.displayName)}, it needs to be defined before current stage ${JSON.stringify(stage.displayName)}`,
    );
  return opOf(source);
}

function dispatchRun(
  stage: StageState,
  instruction: RunInstruction,
  { sources, onbuild }: StageCommand,
  step: number,
  { request }: DispatchContext,
): void {
  const { expand } = stage;
  if (instruction.security === "insecure")
    throw new Error("security.insecure is not allowed: builds have the rights of an ordinary container");
  if (instruction.devices.length > 0) throw new Error("there are no CDI devices on this machine");
  const line = runCommandLine(instruction, stage.config);
  const workdir = stage.config.WorkingDir || "/";
  const mounts = instruction.mounts.map((text, i): OpMount => {
    const mount = parseMount(text, (word) => expand.word(word));
    const source = sources[i];
    if (mount.type === "ssh") throw new Error("there is no SSH agent to forward to a build");
    const isContext = source === undefined && mount.type === "bind";
    return {
      mount,
      source: source !== undefined ? sourceOp(source, "mount from", stage) : isContext ? "context" : undefined,
      target: normalizeWorkdir(workdir, mount.target),
    };
  });
  const bad = mounts.find(({ target, mount }) => target === "/" && mount.type !== "secret");
  if (bad !== undefined) throw new Error(`invalid mount target ${JSON.stringify(bad.mount.target)}`);
  const base = opOf(stage);
  stage.op = {
    kind: "run",
    name: stage.prefixed(upperCase(expand.shown(line.shown)), onbuild),
    vertex: "",
    inputs: [base, ...mounts.flatMap(({ source }) => (source === undefined || source === "context" ? [] : [source]))],
    lines: instruction.lines,
    ignoreCache: stage.ignoreCache,
    place: { stage: stage.index, step },
    args: line.args,
    env: [...stage.env].map(([key, value]) => `${key}=${value}`),
    transientEnv: proxyEnv(request.buildArgs),
    workdir,
    user: stage.config.User ?? "",
    network: instruction.network,
    mounts,
    script: line.script,
  };
  stage.commit(`${runComment(line.args, stage.buildArgs, stage.env)} # buildkit`, true);
}

function dispatchCopy(
  stage: StageState,
  instruction: CopyInstruction | AddInstruction,
  { sources, onbuild }: StageCommand,
  step: number,
): void {
  const { expand } = stage;
  const { kind, chown, chmod, link, exclude } = instruction;
  const paths = instruction.sources.paths.map((path) => expand.word(path));
  const inline = instruction.sources.inline.map((file) => ({
    name: file.name,
    content: file.expand ? expand.heredoc(file.content) : file.content,
  }));
  const destination = expand.word(instruction.sources.destination);
  const owner = chown === undefined ? undefined : expand.word(chown);
  const mode = chmod === undefined ? undefined : expand.word(chmod);
  const parents = kind === "COPY" && instruction.parents;
  const [source] = sources;
  const base = opOf(stage);
  const from = source === undefined ? "context" : sourceOp(source, "copy from", stage);
  const op: CopyOp = {
    kind: "copy",
    name: stage.prefixed(upperCase(expand.shown(instruction.original)), onbuild),
    vertex: "",
    inputs: from === "context" ? [base] : [base, from],
    lines: instruction.lines,
    ignoreCache: stage.ignoreCache,
    place: { stage: stage.index, step },
    instruction: kind,
    source: from,
    paths,
    inline,
    destination,
    workdir: stage.config.WorkingDir || "/",
    chown: owner,
    chmod: mode,
    link,
    parents,
    exclude: exclude.map((pattern) => expand.word(pattern)),
    unpack: kind === "ADD" ? (instruction.unpack ?? "auto") : false,
  };
  stage.op = op;
  const words = [
    kind,
    ...(parents ? ["--parents"] : []),
    ...(owner === undefined ? [] : [`--chown=${owner}`]),
    ...(mode === undefined ? [] : [`--chmod=${mode}`]),
    ...paths,
    ...inline.map(({ name }) => `<<${name}`),
    destination,
  ];
  stage.commit(`${words.join(" ")} # buildkit`, true);
}

function dispatchWorkdir(
  stage: StageState,
  instruction: WorkdirInstruction,
  { onbuild }: StageCommand,
  step: number,
): void {
  const { expand } = stage;
  const path = normalizeWorkdir(stage.config.WorkingDir ?? "", expand.word(instruction.path));
  stage.config = { ...stage.config, WorkingDir: path };
  if (path !== "/")
    stage.op = {
      kind: "mkdir",
      name: stage.prefixed(upperCase(expand.shown(instruction.original)), onbuild),
      vertex: "",
      inputs: [opOf(stage)],
      lines: instruction.lines,
      ignoreCache: stage.ignoreCache,
      place: { stage: stage.index, step },
      path,
      user: stage.config.User ?? "",
    };
  stage.commit(`WORKDIR ${path}`, path !== "/");
}

function dispatchArg(stage: StageState, { entries }: ArgInstruction, { globals, request }: DispatchContext): void {
  const words: string[] = [];
  for (const { key, value: written } of entries) {
    const given = Object.hasOwn(request.buildArgs, key) ? request.buildArgs[key] : undefined;
    const value = given ?? (written === undefined ? globals.get(key) : stage.expand.word(written));
    if (value !== undefined) stage.setVariable(key, value);
    stage.buildArgs.set(key, value);
    words.push(value === undefined ? key : `${key}=${value}`);
  }
  stage.commit(`ARG ${words.join(" ")}`, false);
}

function upperCase(text: string): string {
  const [first = "", ...rest] = text.split(" ");
  return [first.toUpperCase(), ...rest].join(" ");
}
