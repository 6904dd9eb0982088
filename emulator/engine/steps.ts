import type { Descriptor } from "../spec/oci-image.ts";
import type { ContainerRecord } from "./records.ts";
import type { World } from "./world.ts";

/** What the engine does for an image's layer, and in the guest for a container, in the order of its life. */
export type StepName =
  | "download"
  | "unpack"
  | "layers"
  | "attach"
  | "mount"
  | "network"
  | "files"
  | "volumes"
  | "config"
  | "start"
  | "exec"
  | "run"
  | "signal"
  | "release"
  | "unmount"
  | "remove";

export interface LayerStep {
  readonly name: "download" | "unpack";
  /** Compressed, as the manifest has it. */
  readonly layer: Pick<Descriptor, "digest" | "size">;
}

export interface ContainerStep {
  readonly name: Exclude<StepName, LayerStep["name"]>;
  readonly container: Pick<ContainerRecord, "id" | "name" | "build">;
  /** Of an exec. */
  readonly exec?: string;
}

export type Step = LayerStep | ContainerStep;

export interface StepOutcome {
  /** Of the process that was started. */
  readonly pid?: number;
  readonly exitCode?: number;
  readonly signal?: number;
  /** Why it did not succeed, in the words of who refused. */
  readonly error?: string;
  /** What was handed on: a config.json, or the process of an exec. Not to be changed. */
  readonly document?: unknown;
}

/** Told when a step begins; what it returns is told how it ended. Neither may throw or take time. */
export type StepObserver = (step: Step) => (outcome: StepOutcome) => void;

/** Does `work` as a step. `work` begins at once, so that steps side by side stay so. */
export async function step<T>(
  { onStep }: World,
  what: Step,
  work: () => Promise<T>,
  outcome: (value: T) => StepOutcome = () => ({}),
): Promise<T> {
  if (onStep === undefined) return work();
  const end = onStep(what);
  try {
    const value = await work();
    end(outcome(value));
    return value;
  } catch (error) {
    end({ error: error instanceof Error ? error.message : String(error) });
    throw error;
  }
}
