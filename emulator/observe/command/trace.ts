import * as v from "valibot";

const time = v.number();
const request = v.object({
  method: v.string(),
  /** Path and query, without the version prefix. Secrets are left out. */
  target: v.string(),
  /** Milliseconds since the epoch. */
  at: time,
  /** When the head of the answer was there; absent while there is none. */
  answeredAt: v.optional(time),
  /** Absent when the request failed without an answer. */
  status: v.optional(v.number()),
  /** JSON as text, without secrets; absent when there was none, or it was no JSON. */
  body: v.optional(v.string()),
});
const task = v.object({
  kind: v.picklist(["start", "exec"]),
  /** Of the container. */
  id: v.string(),
  at: time,
  /** When the runtime had started the process, or refused. */
  doneAt: v.optional(time),
  pid: v.optional(v.number()),
  error: v.optional(v.string()),
  /** The container's config.json, or the process of an exec, as text; without secrets, long values cut. */
  spec: v.string(),
});
const trace = v.object({
  /** Grows with each command of the machine. */
  number: v.number(),
  args: v.array(v.string()),
  cwd: v.string(),
  at: time,
  doneAt: v.optional(time),
  exitCode: v.optional(v.number()),
  requests: v.array(request),
  /** Requests that were left out because there were too many. */
  omitted: v.number(),
  tasks: v.array(task),
});

export type RequestTrace = v.InferOutput<typeof request>;
export type TaskTrace = v.InferOutput<typeof task>;
/** What one call of `docker` did. Plain data. */
export type CommandTrace = v.InferOutput<typeof trace>;

/** Throws ValiError for what is no list of traces. */
export function decodeTraces(value: unknown): readonly CommandTrace[] {
  return v.parse(v.array(trace), value);
}

export function decodeTrace(value: unknown): CommandTrace {
  return v.parse(trace, value);
}
