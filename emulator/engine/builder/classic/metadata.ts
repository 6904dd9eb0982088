import type { Instruction } from "../../../dockerfile/instruction.ts";
import { createStepContainer, removeStepContainer } from "../run-container.ts";
import { dispatchMetadata, type MetadataInstruction } from "../dispatch/metadata.ts";
import type { ClassicBuild, ClassicStage } from "./classic-build.ts";
import { commitStep, nop, useCache } from "./commit.ts";

type Metadata = MetadataInstruction | Extract<Instruction, { kind: "ARG" }>;

/** What only changes the configuration: the classic builder makes a container for it all the same. */
export async function classicMetadata(build: ClassicBuild, stage: ClassicStage, instruction: Metadata): Promise<void> {
  const comment = change(stage, instruction);
  const createdBy = nop(stage.config, comment, true);
  if (useCache(build, stage, createdBy)) return;
  await inContainer(build, stage, () => commitStep(build, stage, createdBy, undefined));
}

/** Applies the instruction; what the history says of it. */
function change(stage: ClassicStage, instruction: Metadata): string {
  const expand = stage.args.expand(stage.config.Env ?? []);
  if (instruction.kind === "ARG") {
    const words = instruction.entries.map(({ key, value }) => {
      const result = value === undefined ? undefined : expand.word(value);
      stage.args.declare(key, result);
      return result === undefined ? key : `${key}=${result}`;
    });
    return `ARG ${words.join(" ")}`;
  }
  const changed = dispatchMetadata(instruction, stage.config, { expand, cmdSet: stage.cmdSet });
  const { ArgsEscaped: _windows, ...config } = changed.config;
  stage.config = config;
  if (changed.author !== undefined) stage.author = changed.author;
  if (instruction.kind === "CMD") stage.cmdSet = true;
  if (instruction.kind === "EXPOSE")
    return `EXPOSE ${instruction.ports.flatMap((port) => expand.words(port)).join(" ")}`;
  if (instruction.kind === "HEALTHCHECK") return changed.comment.replace("HEALTHCHECK {", "HEALTHCHECK &{");
  return changed.comment;
}

/** `Running in …`, `Removed intermediate container …` around a step that has a container and runs nothing in it. */
export async function inContainer(build: ClassicBuild, stage: ClassicStage, step: () => Promise<void>): Promise<void> {
  const { daemon } = build.builder;
  const container = await createStepContainer(daemon, {
    base: {
      imageId: stage.image?.id ?? "",
      layers: stage.image?.config.rootfs.diff_ids ?? [],
      config: undefined,
    },
    body: {
      Image: stage.image?.id ?? "",
      Cmd: ["/bin/sh", "-c", "#(nop)"],
      HostConfig: { LogConfig: { Type: "none" } },
    },
    hidden: false,
  });
  const id = container.id.slice(0, 12);
  build.print(` ---> Running in ${id}\n`);
  try {
    await step();
  } finally {
    if (build.request.remove) await removeStepContainer(daemon, container);
  }
  if (build.request.remove) build.print(` ---> Removed intermediate container ${id}\n`);
}
