import type { Dockerfile, Instruction, Stage } from "../../../dockerfile/instruction.ts";
import { parseInstruction } from "../../../dockerfile/parse.ts";
import type { FileTree } from "../../../image/file-tree.ts";
import { parseReference } from "../../../image/reference.ts";
import type { RunConfig } from "../../../spec/oci-image.ts";
import type { ProgressMessage } from "../../daemon/image/progress.ts";
import { NotFound } from "../../errors.ts";
import type { ImageRecord } from "../../records.ts";
import { BuildError } from "../build-error.ts";
import type { Builder } from "../builder.ts";
import { ContentDigests } from "../context/content-digests.ts";
import type { BuildContext } from "../context/context.ts";
import type { BuildRequest } from "../request.ts";
import { defaultPath } from "../stage.ts";
import { BuildArgs } from "./build-args.ts";
import { classicCopy } from "./copy.ts";
import { ImageProbe } from "./image-probe.ts";
import { classicMetadata } from "./metadata.ts";
import { classicRun } from "./run.ts";
import { classicWorkdir } from "./workdir.ts";

/** What an instruction starts from and what it leaves. */
export interface ClassicStage {
  readonly name: string | undefined;
  /** Undefined: `FROM scratch`, and nothing done yet. */
  image: ImageRecord | undefined;
  config: RunConfig;
  author: string;
  cmdSet: boolean;
  readonly args: BuildArgs;
}

/** One classic build: shown as it goes, an image for each step. */
export class ClassicBuild {
  readonly probe: ImageProbe;
  readonly digests = new ContentDigests();
  readonly #stages: ClassicStage[] = [];

  constructor(
    readonly builder: Builder,
    readonly request: BuildRequest,
    readonly dockerfile: Dockerfile,
    readonly context: BuildContext,
    readonly emit: (message: ProgressMessage) => void,
  ) {
    this.probe = new ImageProbe(builder.daemon, request);
  }

  /** The id of the last image. Throws BuildError with the exit code of a command, and what the instructions throw. */
  async run(): Promise<string> {
    const { metaArgs, stages, directives } = this.dockerfile;
    const total =
      metaArgs.length +
      stages.length +
      stages.reduce((sum, stage) => sum + stage.instructions.length, 0) +
      this.#labelSteps();
    let number = 0;
    const announce = (text: string): void => {
      number++;
      this.print(`Step ${String(number)}/${String(total)} : ${text}\n`);
    };
    const globals = new BuildArgs(this.request.buildArgs, directives.escape);
    for (const arg of metaArgs) {
      announce(arg.original);
      globals.addMeta(arg);
    }
    for (const [index, stage] of stages.entries()) {
      if (this.#stages.some(({ name }) => name !== undefined && name === stage.from.name))
        throw new Error(`${String(stage.from.name)} stage name already used`);
      announce(stage.from.original);
      const state = await this.#begin(stage, globals);
      this.#stages.push(state);
      this.#printImage(state);
      const labels = index === stages.length - 1 ? this.#labels() : [];
      for (const instruction of [...stage.instructions, ...labels]) {
        this.request.signal.throwIfAborted();
        announce(instruction.original);
        await this.dispatch(state, instruction);
        this.#printImage(state);
      }
      if (state.image !== undefined) this.emit({ aux: { ID: state.image.id } });
    }
    this.#warnUnused(globals);
    const last = this.#stages.at(-1)?.image;
    if (last === undefined) throw new BuildError("No image was generated. Is your Dockerfile empty?", undefined);
    return last.id;
  }

  print(text: string): void {
    this.emit({ stream: text });
  }

  async dispatch(stage: ClassicStage, instruction: Instruction): Promise<void> {
    switch (instruction.kind) {
      case "RUN":
        return classicRun(this, stage, instruction);
      case "COPY":
      case "ADD":
        return classicCopy(this, stage, instruction);
      case "WORKDIR":
        return classicWorkdir(this, stage, instruction);
      default:
        return classicMetadata(this, stage, instruction);
    }
  }

  /** The files of an image; none for `scratch`. */
  tree(image: ImageRecord | undefined): Promise<FileTree> {
    return this.builder.trees.of(image?.config.rootfs.diff_ids ?? []);
  }

  /** What `--from` names: a stage by name or number, else an image. Throws NotFound, Error. */
  async source(from: string): Promise<ImageRecord | undefined> {
    const named = this.#stages.findLast(({ name }) => name !== undefined && name === from.toLowerCase());
    if (named !== undefined) return named.image;
    if (/^\d+$/.test(from)) {
      const index = Number(from);
      if (index >= this.#stages.length - 1) {
        if (index === this.#stages.length - 1)
          throw new Error(`invalid from flag value ${from}: refers to current build stage`);
        throw new Error(`invalid from flag value ${from}: index out of bounds`);
      }
      return this.#stages[index]?.image;
    }
    try {
      return await this.#image(from);
    } catch (error) {
      throw new Error(`invalid from flag value ${from}: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
  }

  async #begin({ from }: Stage, globals: BuildArgs): Promise<ClassicStage> {
    this.probe.reset();
    const base = globals.expandMeta(from.base);
    if (base === "") throw new Error(`base name (${from.base}) should not be blank`);
    const earlier = this.#stages.find(({ name }) => name !== undefined && name === base.toLowerCase());
    const image = earlier !== undefined ? earlier.image : base === "scratch" ? undefined : await this.#image(base);
    const state: ClassicStage = {
      name: from.name,
      image,
      config: withPath({ ...image?.config.config }),
      author: image?.config.author ?? "",
      cmdSet: false,
      args: globals.stage(),
    };
    const triggers = state.config.OnBuild ?? [];
    if (triggers.length === 0) return state;
    const { OnBuild: _done, ...config } = state.config;
    state.config = config;
    this.print(`# Executing ${String(triggers.length)} build trigger${triggers.length > 1 ? "s" : ""}\n`);
    for (const trigger of triggers) await this.dispatch(state, parseInstruction(trigger));
    return state;
  }

  async #image(name: string): Promise<ImageRecord> {
    const { images } = this.builder.daemon;
    if (!this.request.pull)
      try {
        return images.resolve(name);
      } catch (error) {
        if (!(error instanceof NotFound)) throw error;
      }
    const pull = await images.pull({
      reference: parseReference(name),
      platform: undefined,
      signal: this.request.signal,
    });
    await pull(this.emit);
    return images.resolve(name);
  }

  #printImage({ image }: ClassicStage): void {
    this.print(` ---> ${image === undefined ? "" : image.id.slice("sha256:".length, "sha256:".length + 12)}\n`);
  }

  /** `--label`: one LABEL each, sorted, at the end. */
  #labels(): Instruction[] {
    return Object.entries(this.request.labels)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => ({
        kind: "LABEL",
        lines: { start: 0, end: 0 },
        original: `LABEL ${key}=${value}`,
        comment: [],
        entries: [{ key: JSON.stringify(key), value: JSON.stringify(value), legacy: false }],
      }));
  }

  #labelSteps(): number {
    return Object.keys(this.request.labels).length;
  }

  #warnUnused(globals: BuildArgs): void {
    const unused = globals.unused(this.#stages.map(({ args }) => args));
    if (unused.length > 0) this.print(`[Warning] One or more build-args [${unused.join(" ")}] were not consumed\n`);
  }
}

function withPath(config: RunConfig): RunConfig {
  const env = config.Env ?? [];
  return env.some((entry) => entry.startsWith("PATH=")) ? config : { ...config, Env: [...env, defaultPath] };
}
