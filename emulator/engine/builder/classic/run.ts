import type { RunInstruction } from "../../../dockerfile/instruction.ts";
import { readAll } from "../../streams.ts";
import { BuildError } from "../build-error.ts";
import { withShell } from "../dispatch/metadata.ts";
import { createStepContainer, removeStepContainer, runStepContainer } from "../run-container.ts";
import type { ClassicBuild, ClassicStage } from "./classic-build.ts";
import { commitStep, stageBase, useCache } from "./commit.ts";

export async function classicRun(build: ClassicBuild, stage: ClassicStage, instruction: RunInstruction): Promise<void> {
  const [flag] = /--([a-z]+)(?==|\s)/.exec(instruction.original.replace(/^\S+\s+/, ""))?.slice(1) ?? [];
  if (flag !== undefined && /^\S+\s+--[a-z]/.test(instruction.original))
    throw new Error(
      `the --${flag} option requires BuildKit. Refer to https://docs.docker.com/go/buildkit/ to learn how to build images with BuildKit enabled`,
    );
  // The classic builder reads heredocs and then knows nothing of them.
  const args = withShell(instruction.command, stage.config);
  const environment = stage.args.environment(stage.config.Env ?? []);
  const told = environment.filter((entry) => stage.args.isToldOf(entry.split("=", 1)[0] ?? "")).sort();
  const createdBy = (environment.length > 0 ? [`|${String(told.length)}`, ...told, ...args] : args).join(" ");
  if (useCache(build, stage, createdBy)) return;
  await runAndCommit(build, stage, { args, environment, createdBy });
}

async function runAndCommit(
  build: ClassicBuild,
  stage: ClassicStage,
  step: { readonly args: readonly string[]; readonly environment: readonly string[]; readonly createdBy: string },
): Promise<void> {
  const { request, builder } = build;
  const { daemon } = builder;
  const container = await createStepContainer(daemon, {
    base: stageBase(stage),
    body: {
      Image: stage.image?.id ?? "",
      Entrypoint: [...step.args],
      Cmd: [],
      Env: [...(stage.config.Env ?? []), ...step.environment],
      WorkingDir: stage.config.WorkingDir ?? "",
      User: stage.config.User ?? "",
      Volumes: stage.config.Volumes ?? {},
      AttachStdout: true,
      AttachStderr: true,
      HostConfig: {
        NetworkMode: request.networkMode === "" ? "default" : request.networkMode,
        LogConfig: { Type: "none" },
        ExtraHosts: [...request.extraHosts],
        ...(request.shmSize > 0 ? { ShmSize: request.shmSize } : {}),
        ...(request.memory > 0 ? { Memory: request.memory } : {}),
        ...(request.cpuQuota > 0 ? { CpuQuota: request.cpuQuota } : {}),
      },
    },
    hidden: false,
  });
  const id = container.id.slice(0, 12);
  build.print(` ---> Running in ${id}\n`);
  let succeeded = false;
  try {
    const decoders = { 1: new TextDecoder(), 2: new TextDecoder() };
    const exit = await runStepContainer(
      daemon,
      container,
      (stream, bytes) => {
        const text = decoders[stream].decode(bytes, { stream: true });
        // What a command says on stderr is red.
        build.print(stream === 2 ? `\u001b[91m${text}\u001b[0m` : text);
      },
      request.signal,
    );
    if (exit.exitCode !== 0)
      throw new BuildError(
        `The command '${step.args.join(" ")}' returned a non-zero code: ${String(exit.exitCode)}`,
        undefined,
        exit.exitCode,
      );
    const layer = await readAll(daemon.world.snapshotter.diff(container.id, request.signal));
    await commitStep(build, stage, step.createdBy, layer);
    succeeded = true;
  } finally {
    const goes = succeeded ? request.remove : request.forceRemove || request.signal.aborted;
    if (goes) await removeStepContainer(daemon, container);
    if (goes && !request.signal.aborted) build.print(` ---> Removed intermediate container ${id}\n`);
  }
}
