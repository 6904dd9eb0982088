import * as v from "valibot";
import { containerStates, lifecycleActions, type InspectedContainer, type LifecycleEvent } from "./facts.ts";

/** An event or a record that is none of these. */
export class MalformedLifecycle extends Error {
  constructor(what: string, reason: string) {
    super(`the engine's ${what} cannot be read: ${reason}`);
    this.name = "MalformedLifecycle";
  }
}

const number = v.optional(v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number)));
const event = v.object({
  Action: v.picklist(lifecycleActions),
  Actor: v.object({
    ID: v.string(),
    Attributes: v.object({ name: v.string(), image: v.optional(v.string(), ""), exitCode: number, signal: number }),
  }),
  // More digits than a number has: whoever reads JSON with care gives a bigint.
  timeNano: v.union([v.number(), v.bigint()]),
});

/** Go's zero time is how the engine says never. */
const time = v.pipe(
  v.string(),
  v.transform((text) => (text.startsWith("0001-") ? undefined : Date.parse(text))),
  v.optional(v.number()),
);
const inspected = v.object({
  Id: v.string(),
  Created: v.pipe(
    v.string(),
    v.transform((text) => Date.parse(text)),
    v.number(),
  ),
  Name: v.string(),
  RestartCount: v.number(),
  Config: v.object({ Image: v.optional(v.string(), "") }),
  State: v.object({
    Status: v.picklist(containerStates),
    StartedAt: time,
    FinishedAt: time,
    ExitCode: v.number(),
    OOMKilled: v.boolean(),
    Error: v.string(),
  }),
  HostConfig: v.object({
    AutoRemove: v.optional(v.boolean(), false),
    RestartPolicy: v.optional(
      v.object({ Name: v.optional(v.string(), ""), MaximumRetryCount: v.optional(v.number(), 0) }),
      {},
    ),
  }),
});

/** Throws MalformedLifecycle. */
export function decodeLifecycleEvent(value: unknown): LifecycleEvent {
  const { Action, Actor, timeNano } = parse("event", event, value);
  const { name, image, exitCode, signal } = Actor.Attributes;
  return {
    at: typeof timeNano === "bigint" ? Number(timeNano / 1000n) / 1000 : timeNano / 1e6,
    action: Action,
    id: Actor.ID,
    name,
    image,
    exitCode,
    signal,
  };
}

/** Throws MalformedLifecycle. */
export function decodeInspected(value: unknown): InspectedContainer {
  const { Id, Created, Name, RestartCount, Config, State, HostConfig } = parse("record", inspected, value);
  const { Name: policy, MaximumRetryCount } = HostConfig.RestartPolicy;
  return {
    id: Id,
    name: Name.replace(/^\//, ""),
    image: Config.Image,
    state: State.Status,
    created: Created,
    startedAt: State.StartedAt,
    finishedAt: State.FinishedAt,
    exitCode: State.ExitCode,
    oomKilled: State.OOMKilled,
    error: State.Error,
    restartCount: RestartCount,
    policy: { name: policy === "" ? "no" : policy, maximum: MaximumRetryCount },
    autoRemove: HostConfig.AutoRemove,
  };
}

function parse<Schema extends v.GenericSchema>(what: string, schema: Schema, value: unknown): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, value, { abortEarly: true });
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new MalformedLifecycle(what, `${v.getDotPath(issue) ?? "it"}: ${issue.message}`);
}
