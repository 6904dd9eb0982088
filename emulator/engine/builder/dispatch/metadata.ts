import type {
  CmdInstruction,
  EntrypointInstruction,
  EnvInstruction,
  ExposeInstruction,
  HealthcheckInstruction,
  LabelInstruction,
  MaintainerInstruction,
  OnbuildInstruction,
  ShellInstruction,
  StopsignalInstruction,
  UserInstruction,
  VolumeInstruction,
} from "../../../dockerfile/instruction.ts";
import type { HealthConfig, RunConfig } from "../../../spec/oci-image.ts";
import { InvalidParameter } from "../../errors.ts";
import { parseSignal } from "../../daemon/signals.ts";
import type { Expand } from "./expand.ts";
import { duration, plainList, quotedList } from "./go-format.ts";
import { parsePorts } from "./ports.ts";

/** What an instruction that only changes the configuration does; `comment` is what the history says of it. */
export interface ConfigChange {
  readonly config: RunConfig;
  readonly author?: string;
  readonly comment: string;
}

export type MetadataInstruction =
  | EnvInstruction
  | LabelInstruction
  | ExposeInstruction
  | VolumeInstruction
  | UserInstruction
  | CmdInstruction
  | EntrypointInstruction
  | HealthcheckInstruction
  | StopsignalInstruction
  | ShellInstruction
  | MaintainerInstruction
  | OnbuildInstruction;

export interface MetadataContext {
  readonly expand: Expand;
  /** CMD came before in this stage: ENTRYPOINT leaves it alone. */
  readonly cmdSet: boolean;
}

/** Throws InvalidParameter for a port, a signal or a word that means nothing. */
export function dispatchMetadata(
  instruction: MetadataInstruction,
  config: RunConfig,
  context: MetadataContext,
): ConfigChange {
  switch (instruction.kind) {
    case "ENV":
      return dispatchEnv(instruction, config, context);
    case "LABEL":
      return dispatchLabel(instruction, config, context);
    case "EXPOSE":
      return dispatchExpose(instruction, config, context);
    case "VOLUME":
      return dispatchVolume(instruction, config, context);
    case "USER": {
      const user = context.expand.word(instruction.user);
      return { config: { ...config, User: user }, comment: `USER ${user}` };
    }
    case "CMD": {
      const words = withShell(instruction.command, config);
      return { config: { ...config, Cmd: words, ArgsEscaped: true }, comment: `CMD ${quotedList(words)}` };
    }
    case "ENTRYPOINT":
      return dispatchEntrypoint(instruction, config, context);
    case "HEALTHCHECK": {
      const health = healthOf(instruction);
      return { config: { ...config, Healthcheck: health }, comment: `HEALTHCHECK ${healthText(health)}` };
    }
    case "STOPSIGNAL": {
      const signal = context.expand.word(instruction.signal);
      parseSignal(signal);
      return { config: { ...config, StopSignal: signal }, comment: `STOPSIGNAL ${signal}` };
    }
    case "SHELL":
      return { config: { ...config, Shell: instruction.shell }, comment: `SHELL ${plainList(instruction.shell)}` };
    case "MAINTAINER":
      return { config, author: instruction.maintainer, comment: `MAINTAINER ${instruction.maintainer}` };
    case "ONBUILD": {
      const triggers = [...(config.OnBuild ?? []), instruction.expression];
      return { config: { ...config, OnBuild: triggers }, comment: `ONBUILD ${instruction.expression}` };
    }
    default:
      return instruction satisfies never;
  }
}

/** The words to run: those of the exec form, or the stage's shell with the line. */
export function withShell(
  command: { readonly words: readonly string[]; readonly shell: boolean },
  config: RunConfig,
): readonly string[] {
  if (!command.shell) return command.words;
  const shell = config.Shell !== undefined && config.Shell.length > 0 ? config.Shell : ["/bin/sh", "-c"];
  return [...shell, command.words.join(" ")];
}

/** `KEY=value` in the place of an earlier one of that key, or at the end. */
export function setEnv(env: readonly string[], key: string, value: string): string[] {
  const at = env.findIndex((entry) => entry === key || entry.startsWith(`${key}=`));
  const entry = `${key}=${value}`;
  return at < 0 ? [...env, entry] : env.with(at, entry);
}

function dispatchEnv({ entries }: EnvInstruction, config: RunConfig, { expand }: MetadataContext): ConfigChange {
  const pairs = entries.map(({ key, value }) => [expand.word(key), expand.word(value)] as const);
  for (const [key] of pairs) if (key === "") throw new InvalidParameter("ENV names can not be blank");
  const env = pairs.reduce((all, [key, value]) => setEnv(all, key, value), [...(config.Env ?? [])]);
  return { config: { ...config, Env: env }, comment: ["ENV", ...pairs.map(([k, v]) => `${k}=${v}`)].join(" ") };
}

function dispatchLabel({ entries }: LabelInstruction, config: RunConfig, { expand }: MetadataContext): ConfigChange {
  const pairs = entries.map(({ key, value }) => [expand.word(key), expand.word(value)] as const);
  for (const [key] of pairs) if (key === "") throw new InvalidParameter("LABEL names can not be blank");
  const labels = { ...config.Labels, ...Object.fromEntries(pairs) };
  return { config: { ...config, Labels: labels }, comment: ["LABEL", ...pairs.map(([k, v]) => `${k}=${v}`)].join(" ") };
}

function dispatchExpose({ ports }: ExposeInstruction, config: RunConfig, { expand }: MetadataContext): ConfigChange {
  const exposed = parsePorts(ports.flatMap((port) => expand.words(port)));
  const set = { ...config.ExposedPorts, ...Object.fromEntries(exposed.map((port) => [port, {}])) };
  return { config: { ...config, ExposedPorts: set }, comment: `EXPOSE ${plainList(exposed)}` };
}

function dispatchVolume({ volumes }: VolumeInstruction, config: RunConfig, { expand }: MetadataContext): ConfigChange {
  const paths = volumes.map((volume) => expand.word(volume));
  if (paths.includes("")) throw new InvalidParameter("VOLUME specified can not be an empty string");
  const set = { ...config.Volumes, ...Object.fromEntries(paths.map((path) => [path, {}])) };
  return { config: { ...config, Volumes: set }, comment: `VOLUME ${plainList(paths)}` };
}

function dispatchEntrypoint(
  { command }: EntrypointInstruction,
  config: RunConfig,
  { cmdSet }: MetadataContext,
): ConfigChange {
  const words = withShell(command, config);
  const { Cmd: cmd, ...rest } = config;
  const kept = cmdSet && cmd !== undefined ? { Cmd: cmd } : {};
  return { config: { ...rest, ...kept, Entrypoint: words }, comment: `ENTRYPOINT ${quotedList(words)}` };
}

function healthOf(instruction: HealthcheckInstruction): HealthConfig {
  const { test, interval, timeout, startPeriod, startInterval, retries } = instruction;
  return {
    Test: test,
    ...(interval ? { Interval: interval } : {}),
    ...(timeout ? { Timeout: timeout } : {}),
    ...(startPeriod ? { StartPeriod: startPeriod } : {}),
    ...(startInterval ? { StartInterval: startInterval } : {}),
    ...(retries ? { Retries: retries } : {}),
  };
}

/** `%+v` of Docker's HealthcheckConfig. */
function healthText(health: HealthConfig): string {
  const { Test = [], Interval = 0, Timeout = 0, StartPeriod = 0, StartInterval = 0, Retries = 0 } = health;
  const times = { Interval, Timeout, StartPeriod, StartInterval };
  const fields = Object.entries(times).map(([name, value]) => `${name}:${duration(value)}`);
  return `{Test:${plainList(Test)} ${fields.join(" ")} Retries:${String(Retries)}}`;
}
