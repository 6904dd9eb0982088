import type { Instruction } from "../../../dockerfile/instruction.ts";
import type { HealthConfig } from "../../../spec/oci-image.ts";
import { duration, plainList, quotedList } from "../dispatch/go-format.ts";
import { createStepContainer, removeStepContainer } from "../run-container.ts";
import { dispatchMetadata, type MetadataInstruction } from "../dispatch/metadata.ts";
import type { ClassicBuild, ClassicStage } from "./classic-build.ts";
import { commitStep, nop, stageBase, useCache } from "./commit.ts";

type Metadata = MetadataInstruction | Extract<Instruction, { kind: "ARG" }>;

/** What only changes the configuration: the classic builder makes a container for it all the same. */
export async function classicMetadata(build: ClassicBuild, stage: ClassicStage, instruction: Metadata): Promise<void> {
  const health = stage.config.Healthcheck?.Test ?? [];
  if (instruction.kind === "HEALTHCHECK" && health.length > 0 && health[0] !== "NONE")
    build.print(`Note: overriding previous HEALTHCHECK: ${plainList(health)}\n`);
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
  if (instruction.kind === "HEALTHCHECK") return `HEALTHCHECK ${quotedHealth(config.Healthcheck ?? {})}`;
  return changed.comment;
}

/** `%q` of a pointer to Docker's HealthcheckConfig: strings in quotes, durations as text, the number as a character. */
function quotedHealth(health: HealthConfig): string {
  const { Test = [], Interval = 0, Timeout = 0, StartPeriod = 0, StartInterval = 0, Retries = 0 } = health;
  const times = [Interval, Timeout, StartPeriod, StartInterval].map((time) => JSON.stringify(duration(time)));
  return `&{${quotedList(Test)} ${times.join(" ")} ${quotedCharacter(Retries)}}`;
}

function quotedCharacter(code: number): string {
  const escapes: Readonly<Record<number, string>> = {
    7: "\\a",
    8: "\\b",
    9: "\\t",
    10: "\\n",
    11: "\\v",
    12: "\\f",
    13: "\\r",
    39: "\\'",
    92: "\\\\",
  };
  const plain = code >= 32 && code < 127 ? String.fromCharCode(code) : `\\x${code.toString(16).padStart(2, "0")}`;
  return `'${escapes[code] ?? plain}'`;
}

/** `Running in …`, `Removed intermediate container …` around a step that has a container and runs nothing in it. */
export async function inContainer(build: ClassicBuild, stage: ClassicStage, step: () => Promise<void>): Promise<void> {
  const { daemon } = build.builder;
  const container = await createStepContainer(daemon, {
    base: stageBase(stage),
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
