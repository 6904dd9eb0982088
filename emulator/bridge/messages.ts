import * as v from "valibot";

/**
 * What a page and the worker that holds the machine say to each other. Every call carries an id and gets one reply;
 * byte streams travel on MessagePorts of their own (byte-port.ts). Both sides validate what they receive.
 */

/** Raised whenever a message changes: a page and a worker of different versions refuse each other. */
export const bridgeVersion = 2;

const port = v.custom<MessagePort>(
  (value) => typeof value === "object" && value !== null && "postMessage" in value && "onmessage" in value,
  "a MessagePort",
);
const bytes = v.custom<Uint8Array>((value) => value instanceof Uint8Array, "bytes");
const id = v.pipe(v.number(), v.integer(), v.minValue(1));
const cells = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000));
const size = v.object({ columns: cells, rows: cells });
const fields = v.record(v.string(), v.string());
const method = v.picklist(["GET", "POST", "PUT", "DELETE", "HEAD"]);
const path = v.pipe(v.string(), v.maxLength(4096));

export const call = v.variant("kind", [
  /** An Engine API request; the reply carries status, headers and the body's port. */
  v.object({
    kind: v.literal("http"),
    method,
    target: v.string(),
    headers: fields,
    body: v.nullable(v.union([bytes, port])),
  }),
  /** The same with an upgrade: the reply carries both directions. */
  v.object({
    kind: v.literal("hijack"),
    method,
    target: v.string(),
    headers: fields,
    body: v.nullable(bytes),
  }),
  /** A login shell on a terminal, in `folder`; adopts the shell of that name when a save brought one back. */
  v.object({ kind: v.literal("shell"), name: v.string(), size, folder: v.optional(path) }),
  v.object({ kind: v.literal("resize"), shell: v.string(), size }),
  v.object({ kind: v.literal("close-shell"), shell: v.string() }),
  /** A tar extracted into the folder the named shell stands in. */
  v.object({ kind: v.literal("upload"), shell: v.string(), tar: port }),
  /** A file or folder of the machine: a file's bytes, or a folder as a tar. */
  v.object({ kind: v.literal("download"), shell: v.string(), path }),
  /** HTTP to a published port: the preview. */
  v.object({
    kind: v.literal("fetch-port"),
    port: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65535)),
    method: v.string(),
    target: v.string(),
    headers: v.array(v.tuple([v.string(), v.string()])),
    body: v.nullable(bytes),
  }),
  v.object({ kind: v.literal("save") }),
  v.object({ kind: v.literal("pause") }),
  v.object({ kind: v.literal("resume") }),
  v.object({ kind: v.literal("observe") }),
  /** Everything a bug report needs, as text. */
  v.object({ kind: v.literal("diagnostics") }),
]);
export type Call = v.InferOutput<typeof call>;

export const start = v.object({
  kind: v.literal("start"),
  version: v.number(),
  /** Where the site's files are, with a trailing slash: any base path. */
  base: v.string(),
  /** Names the saved machine of this tab. */
  slot: v.string(),
  /** Ignore what was saved and start from the shipped snapshot. */
  fresh: v.boolean(),
});
export type Start = v.InferOutput<typeof start>;

/** Get what every machine of the site needs: a start that follows takes less. */
export const prepare = v.object({ kind: v.literal("prepare"), version: v.number(), base: v.string() });
export type Prepare = v.InferOutput<typeof prepare>;

export const toWorker = v.variant("kind", [
  prepare,
  start,
  v.object({ kind: v.literal("call"), id, call }),
  v.object({ kind: v.literal("abort"), id }),
]);
export type ToWorker = v.InferOutput<typeof toWorker>;

const reply = v.variant("kind", [
  v.object({ kind: v.literal("done") }),
  v.object({ kind: v.literal("http"), status: v.number(), headers: fields, body: v.nullable(port) }),
  v.object({ kind: v.literal("hijacked"), headers: fields, readable: port, writable: port }),
  v.object({ kind: v.literal("refused"), status: v.number(), message: v.string() }),
  v.object({ kind: v.literal("shell"), readable: port, writable: port, adopted: v.boolean() }),
  v.object({ kind: v.literal("download"), name: v.string(), folder: v.boolean(), readable: port }),
  v.object({
    kind: v.literal("fetched"),
    status: v.number(),
    statusText: v.string(),
    headers: v.array(v.tuple([v.string(), v.string()])),
    body: v.nullable(port),
  }),
  v.object({ kind: v.literal("saved"), bytes: v.number(), pauseMilliseconds: v.number() }),
  v.object({ kind: v.literal("observed"), reading: v.unknown() }),
  v.object({ kind: v.literal("text"), text: v.string() }),
]);
export type Reply = v.InferOutput<typeof reply>;

/** What the machine is doing before it answers. `total` is undefined where the server did not say. */
const progress = v.variant("stage", [
  v.object({ stage: v.literal("download"), what: v.string(), received: v.number(), total: v.optional(v.number()) }),
  v.object({ stage: v.literal("verify") }),
  v.object({ stage: v.literal("restore"), from: v.picklist(["snapshot", "save"]) }),
  v.object({ stage: v.literal("ready") }),
]);
export type Progress = v.InferOutput<typeof progress>;

export const fromWorker = v.variant("kind", [
  v.object({ kind: v.literal("progress"), progress }),
  v.object({ kind: v.literal("started"), restoredAt: v.nullable(v.number()), notes: v.array(v.string()) }),
  v.object({ kind: v.literal("start-failed"), message: v.string(), advice: v.string() }),
  v.object({ kind: v.literal("reply"), id, reply }),
  v.object({ kind: v.literal("failure"), id, name: v.string(), message: v.string() }),
  /** A shell's process ended. */
  v.object({ kind: v.literal("shell-ended"), shell: v.string(), code: v.number() }),
  /** A save happened, or could not: shown, never silent. */
  v.object({
    kind: v.literal("save-state"),
    state: v.picklist(["saved", "quota", "locked", "failed"]),
    at: v.number(),
    detail: v.string(),
  }),
  v.object({ kind: v.literal("crashed"), reason: v.string(), lastOutput: v.string() }),
]);
export type FromWorker = v.InferOutput<typeof fromWorker>;
