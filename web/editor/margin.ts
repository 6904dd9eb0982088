import type { BuildRecord, BuildStep, BuildStepState } from "../../emulator/spec/build.ts";
import { bytes } from "../objects/bytes.ts";

/** What the margin says beside a line of the Dockerfile that was built. */
export interface LineMark {
  readonly start: number;
  readonly end: number;
  readonly state: BuildStepState;
  /** It changes what the image says of itself, and has nothing to run. */
  readonly settings: boolean;
  /** `cached`, `1.2 s`, `failed`. */
  readonly label: string;
  /** `4.1MB`, or nothing. */
  readonly added: string;
  /** All of it, as a sentence for a tooltip and for a screen reader. */
  readonly says: string;
  readonly layer: { readonly image: string; readonly diffId: string } | undefined;
}

/** Of the build: the marks of its lines in order, one a line. */
export function lineMarks(build: BuildRecord): readonly LineMark[] {
  const marks = new Map<number, LineMark>();
  for (const stage of build.stages)
    for (const step of stage.steps) {
      const mark = markOf(step, build);
      // A trigger of a base image may stand on the line of its FROM: the first step keeps the line.
      if (!marks.has(mark.start)) marks.set(mark.start, mark);
    }
  return [...marks.values()].sort((a, b) => a.start - b.start);
}

function markOf(step: BuildStep, build: BuildRecord): LineMark {
  const took = step.startedAt !== undefined && step.endedAt !== undefined ? step.endedAt - step.startedAt : undefined;
  const added = step.diffId !== undefined && step.size !== undefined ? bytes(step.size) : "";
  const { start, end } = step.lines;
  const settings = step.vertex === "" && step.state !== "failed";
  return {
    start,
    end,
    state: step.state,
    settings,
    label: settings ? "" : label(step.state, took),
    added,
    says: [
      `Line ${start}, ${step.instruction}: ${settings ? "settings of the image" : word(step.state)}`,
      ...(took !== undefined && !settings && step.state !== "cached" ? [`in ${seconds(took)}`] : []),
      ...(added === "" ? [] : [`layer of ${added}`]),
      ...(step.because === undefined || step.state === "cached" ? [] : [step.because]),
    ].join(", "),
    layer:
      step.diffId !== undefined && build.imageId !== undefined
        ? { image: build.imageId, diffId: step.diffId }
        : undefined,
  };
}

function label(state: BuildStepState, took: number | undefined): string {
  switch (state) {
    case "done":
      return took === undefined ? "done" : seconds(took);
    case "waiting":
      return "";
    default:
      return word(state);
  }
}

function word(state: BuildStepState): string {
  switch (state) {
    case "done":
      return "executed";
    case "canceled":
      return "cancelled";
    case "unused":
      return "not needed";
    case "waiting":
    case "running":
    case "cached":
    case "failed":
      return state;
  }
}

export function seconds(milliseconds: number): string {
  const value = milliseconds / 1000;
  return value < 60 ? `${value.toFixed(1)} s` : `${Math.floor(value / 60)} min ${Math.round(value % 60)} s`;
}

/** One line for the whole build: `Built app in 3.2 s: 2 steps cached, 3 executed`. */
export function buildSummary(build: BuildRecord): string {
  const steps = build.stages.flatMap((stage) => stage.steps).filter((step) => step.vertex !== "");
  const count = (state: BuildStepState) => steps.filter((step) => step.state === state).length;
  const name = build.tags[0]?.replace(/^docker\.io\/library\//, "").replace(/:latest$/, "");
  switch (build.state) {
    case "running":
      return name === undefined ? "Building" : `Building ${name}`;
    case "canceled":
      return "The build was cancelled";
    case "failed":
      return build.error?.line === undefined ? "The build failed" : `The build failed at line ${build.error.line}`;
    case "completed": {
      const took = build.endedAt === undefined ? "" : ` in ${seconds(build.endedAt - build.startedAt)}`;
      const [cached, executed] = [count("cached"), count("done")];
      const parts = [...(cached > 0 ? [`${cached} cached`] : []), ...(executed > 0 ? [`${executed} executed`] : [])];
      return `Built${name === undefined ? "" : ` ${name}`}${took}${parts.length === 0 ? "" : `: ${parts.join(", ")}`}`;
    }
  }
}
