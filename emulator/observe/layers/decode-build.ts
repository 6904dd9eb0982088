import * as v from "valibot";
import type { BuildRecord } from "../../spec/build.ts";
import { MalformedFacts } from "./decode.ts";

const index = v.pipe(v.number(), v.integer(), v.minValue(0));
const line = v.pipe(v.number(), v.integer(), v.minValue(0));

const step = v.object({
  vertex: v.string(),
  instruction: v.string(),
  text: v.string(),
  lines: v.object({ start: line, end: line }),
  state: v.picklist(["waiting", "running", "cached", "done", "failed", "canceled", "unused"]),
  startedAt: v.optional(v.number()),
  endedAt: v.optional(v.number()),
  diffId: v.optional(v.string()),
  size: v.optional(v.number()),
  fromStages: v.array(index),
  because: v.optional(v.string()),
});

const stage = v.object({
  name: v.string(),
  line,
  base: v.string(),
  baseStage: v.optional(index),
  used: v.boolean(),
  steps: v.array(step),
});

const record = v.object({
  id: v.string(),
  startedAt: v.number(),
  endedAt: v.optional(v.number()),
  state: v.picklist(["running", "completed", "failed", "canceled"]),
  dockerfileName: v.string(),
  dockerfile: v.string(),
  tags: v.array(v.string()),
  target: v.optional(v.string()),
  imageId: v.optional(v.string()),
  error: v.optional(v.object({ message: v.string(), line: v.optional(line) })),
  stages: v.array(stage),
});

const noRecord = { endedAt: undefined, target: undefined, imageId: undefined, error: undefined };
const noStep = {
  startedAt: undefined,
  endedAt: undefined,
  diffId: undefined,
  size: undefined,
  because: undefined,
};

/** A record as it comes over a wire, where what is undefined is left out. Throws MalformedFacts. */
export function decodeBuild(value: unknown): BuildRecord {
  const parsed = v.safeParse(record, value);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw new MalformedFacts("build", `${v.getDotPath(issue) ?? "record"}: ${issue.message}`);
  }
  const { stages, error, ...rest } = parsed.output;
  return {
    ...noRecord,
    ...rest,
    error: error === undefined ? undefined : { line: undefined, ...error },
    stages: stages.map((each) => ({
      baseStage: undefined,
      ...each,
      steps: each.steps.map((one) => ({ ...noStep, ...one })),
    })),
  };
}
