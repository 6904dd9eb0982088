import * as v from "valibot";

/** Milliseconds since the epoch. */
const time = v.number();

const request = v.object({
  method: v.string(),
  /** Path and query as they can be sent, without the version prefix and without secrets. */
  target: v.string(),
  at: time,
  /** When the head of the answer was there; absent while there is none. */
  answeredAt: v.optional(time),
  /** When the answer's body had been read, or its connection was closed. */
  endedAt: v.optional(time),
  /** Absent when the request failed without an answer. */
  status: v.optional(v.number()),
  /** The connection became a raw stream. */
  hijack: v.boolean(),
  sent: v.picklist(["nothing", "json", "other"]),
  /** The JSON that was sent, as text; without secrets, long values cut. */
  body: v.optional(v.string()),
  /** Nothing of the body was cut. Secrets are still left out. */
  whole: v.boolean(),
  /** Docker's own words, where it refused. */
  message: v.optional(v.string()),
});

const step = v.object({
  name: v.picklist([
    "download",
    "unpack",
    "layers",
    "attach",
    "mount",
    "network",
    "files",
    "volumes",
    "config",
    "start",
    "exec",
    "run",
    "signal",
    "release",
    "unmount",
    "remove",
  ]),
  /** Of the container, or the digest of a layer. */
  id: v.string(),
  /** Its name; empty for a layer. */
  container: v.string(),
  /** Of a layer: bytes, compressed. */
  size: v.optional(v.number()),
  exec: v.optional(v.string()),
  /** Which of the command's requests it was done for. */
  request: v.number(),
  at: time,
  doneAt: v.optional(time),
  pid: v.optional(v.number()),
  exitCode: v.optional(v.number()),
  signal: v.optional(v.number()),
  error: v.optional(v.string()),
  /** A config.json, or the process of an exec, as text; without secrets, long values cut. */
  document: v.optional(v.string()),
});

const event = v.object({
  type: v.string(),
  action: v.string(),
  /** The object's name, or the beginning of its id. */
  of: v.string(),
  at: time,
  exitCode: v.optional(v.string()),
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
  steps: v.array(step),
  events: v.array(event),
});

export type RequestTrace = v.InferOutput<typeof request>;
export type StepTrace = v.InferOutput<typeof step>;
export type EventTrace = v.InferOutput<typeof event>;
/** What one call of `docker` did. Plain data. */
export type CommandTrace = v.InferOutput<typeof trace>;

/** Throws ValiError for what is no list of traces. */
export function decodeTraces(value: unknown): readonly CommandTrace[] {
  return v.parse(v.array(trace), value);
}

export function decodeTrace(value: unknown): CommandTrace {
  return v.parse(trace, value);
}
