import type { LineRange } from "../instruction.ts";
import type { BaseImage } from "./source.ts";

const standardPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** What has been set up to one instruction of a stage, as far as checks depend on it. */
export interface StageState {
  /** Variables with their values, the last set last: ENV, and ARG with a value. */
  readonly env: Map<string, string>;
  /** Names of all ARGs, with a value or without. */
  readonly args: Set<string>;
  /** False on an image nobody knows: it may have set anything. */
  readonly knownEnv: boolean;
  hasShell: boolean;
  hasWorkdir: boolean;
  readonly onbuild: string[];
  /** Where CMD, ENTRYPOINT and HEALTHCHECK stood last in this stage. */
  readonly used: Map<string, LineRange>;
}

/** Of a stage that begins on an image; undefined for one nobody knows. */
export function onImage(image: BaseImage | undefined): StageState {
  const env = new Map<string, string>();
  for (const entry of image?.env ?? []) {
    const equals = entry.indexOf("=");
    set(env, equals < 0 ? entry : entry.slice(0, equals), equals < 0 ? "" : entry.slice(equals + 1));
  }
  if (!env.has("PATH")) set(env, "PATH", standardPath);
  return {
    env,
    args: new Set(),
    knownEnv: image !== undefined,
    hasShell: (image?.shell ?? []).length > 0,
    hasWorkdir: false,
    onbuild: [...(image?.onbuild ?? [])],
    used: new Map(),
  };
}

/** Of a stage that begins where another ended. */
export function onStage(base: StageState): StageState {
  return {
    ...base,
    env: new Map(base.env),
    args: new Set(base.args),
    // Its triggers run now, and are no part of this stage.
    onbuild: [],
    used: new Map(),
  };
}

/** Sets a variable so that it counts as the last one set. */
export function set(env: Map<string, string>, name: string, value: string): void {
  env.delete(name);
  env.set(name, value);
}
