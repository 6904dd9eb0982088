import type {
  ContainerConfig,
  ContainerCreateResponse,
  ContainerPruneResponse,
  ContainerSummary,
  ContainerTopResponse,
  FilesystemChange,
  HostConfig,
  NetworkingConfig,
  Resources,
  RestartPolicy,
} from "../spec/engine-api.generated.ts";
import { done, filtersParameter, hijack, json, segment, send, text, type Engine, type Filters } from "./engine.ts";
import { MalformedResponse } from "./error.ts";
import { asObject, asObjects, numberField, parseJson, stringField, type JsonObject } from "./json.ts";
import { jsonStream } from "./json-stream.ts";
import type { HijackedConnection } from "./transport.ts";

const at = (id: string): string => `/containers/${segment(id)}`;

export interface ListOptions {
  readonly all?: boolean;
  readonly limit?: number;
  readonly size?: boolean;
  readonly filters?: Filters;
}

export async function list(engine: Engine, options: ListOptions = {}): Promise<ContainerSummary[]> {
  const query = {
    all: options.all === true ? true : undefined,
    limit: options.limit !== undefined && options.limit > 0 ? options.limit : undefined,
    size: options.size === true ? true : undefined,
    filters: filtersParameter(options.filters),
  };
  return asObjects(await json(engine, "GET", "/containers/json", { query }), "containers") as ContainerSummary[];
}

export interface CreateBody extends ContainerConfig {
  readonly HostConfig: HostConfig;
  readonly NetworkingConfig: NetworkingConfig;
}

export async function create(
  engine: Engine,
  body: CreateBody,
  options: { readonly name?: string; readonly platform?: string } = {},
): Promise<ContainerCreateResponse> {
  const query = { name: options.name, platform: options.platform };
  const created = asObject(
    await json(engine, "POST", "/containers/create", { query, json: body }),
    "created container",
  );
  const warnings = Array.isArray(created["Warnings"]) ? created["Warnings"].map(String) : [];
  return { Id: stringField(created, "Id"), Warnings: warnings };
}

/** The JSON text as the engine sent it, and its value. */
export async function inspect(
  engine: Engine,
  id: string,
  options: { readonly size?: boolean } = {},
): Promise<{ readonly text: string; readonly value: JsonObject }> {
  const body = await text(engine, "GET", `${at(id)}/json`, {
    query: { size: options.size === true ? true : undefined },
  });
  return { text: body, value: asObject(parseJson(body), "container") };
}

export async function start(engine: Engine, id: string, options: { readonly detachKeys?: string } = {}): Promise<void> {
  await done(engine, "POST", `${at(id)}/start`, { query: { detachKeys: options.detachKeys } });
}

export interface StopOptions {
  readonly signal?: string | undefined;
  /** Seconds. */
  readonly timeout?: number | undefined;
}

export async function stop(engine: Engine, id: string, options: StopOptions = {}): Promise<void> {
  await done(engine, "POST", `${at(id)}/stop`, { query: { signal: options.signal, t: options.timeout } });
}

export async function restart(engine: Engine, id: string, options: StopOptions = {}): Promise<void> {
  await done(engine, "POST", `${at(id)}/restart`, { query: { signal: options.signal, t: options.timeout } });
}

export async function kill(engine: Engine, id: string, signal?: string): Promise<void> {
  await done(engine, "POST", `${at(id)}/kill`, { query: { signal } });
}

export async function pause(engine: Engine, id: string): Promise<void> {
  await done(engine, "POST", `${at(id)}/pause`);
}

export async function unpause(engine: Engine, id: string): Promise<void> {
  await done(engine, "POST", `${at(id)}/unpause`);
}

export async function rename(engine: Engine, id: string, name: string): Promise<void> {
  await done(engine, "POST", `${at(id)}/rename`, { query: { name } });
}

export async function remove(
  engine: Engine,
  id: string,
  options: { readonly force?: boolean; readonly volumes?: boolean; readonly link?: boolean } = {},
): Promise<void> {
  const set = (value: boolean | undefined): true | undefined => (value === true ? true : undefined);
  const query = { force: set(options.force), v: set(options.volumes), link: set(options.link) };
  await done(engine, "DELETE", at(id), { query });
}

export async function resize(
  engine: Engine,
  id: string,
  size: { readonly rows: number; readonly columns: number },
): Promise<void> {
  await done(engine, "POST", `${at(id)}/resize`, { query: { h: size.rows, w: size.columns } });
}

export interface AttachOptions {
  readonly stream?: boolean;
  readonly stdin?: boolean;
  readonly stdout?: boolean;
  readonly stderr?: boolean;
  readonly logs?: boolean;
  readonly detachKeys?: string | undefined;
}

export async function attach(engine: Engine, id: string, options: AttachOptions): Promise<HijackedConnection> {
  const set = (value: boolean | undefined): true | undefined => (value === true ? true : undefined);
  const query = {
    stream: set(options.stream),
    stdin: set(options.stdin),
    stdout: set(options.stdout),
    stderr: set(options.stderr),
    logs: set(options.logs),
    detachKeys: options.detachKeys,
  };
  return hijack(engine, `${at(id)}/attach`, { query });
}

export interface LogsOptions {
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly follow?: boolean;
  readonly timestamps?: boolean;
  readonly details?: boolean;
  /** Seconds since the epoch, with a fraction. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly tail?: string;
}

/** Multiplexed unless the container has a terminal. */
export async function logs(engine: Engine, id: string, options: LogsOptions): Promise<ReadableStream<Uint8Array>> {
  const set = (value: boolean | undefined): true | undefined => (value === true ? true : undefined);
  const query = {
    stdout: set(options.stdout),
    stderr: set(options.stderr),
    follow: set(options.follow),
    timestamps: set(options.timestamps),
    details: set(options.details),
    since: options.since,
    until: options.until,
    tail: options.tail,
  };
  return (await send(engine, "GET", `${at(id)}/logs`, { query })).body;
}

export type WaitCondition = "not-running" | "next-exit" | "removed";

export interface ExitResult {
  readonly statusCode: number;
  /** Why the engine could not wait to the end. */
  readonly error: string | undefined;
}

/**
 * The engine answers with the head at once and with the body when the condition is met: `registered` resolves with the
 * first, so that a start after it cannot be missed.
 */
export async function wait(
  engine: Engine,
  id: string,
  condition?: WaitCondition,
): Promise<{ readonly exited: Promise<ExitResult> }> {
  const response = await send(engine, "POST", `${at(id)}/wait`, { query: { condition } });
  return { exited: exitResult(response.body) };
}

async function exitResult(body: ReadableStream<Uint8Array>): Promise<ExitResult> {
  for await (const result of jsonStream(body)) {
    const error = result["Error"];
    const message =
      typeof error === "object" && error !== null && !Array.isArray(error)
        ? (error as JsonObject)["Message"]
        : undefined;
    return {
      statusCode: numberField(result, "StatusCode"),
      error: typeof message === "string" && message !== "" ? message : undefined,
    };
  }
  throw new MalformedResponse("EOF");
}

export async function top(engine: Engine, id: string, psArgs: readonly string[]): Promise<ContainerTopResponse> {
  const query = { ps_args: psArgs.length === 0 ? undefined : psArgs.join(" ") };
  return asObject(await json(engine, "GET", `${at(id)}/top`, { query }), "processes") as ContainerTopResponse;
}

export async function changes(engine: Engine, id: string): Promise<FilesystemChange[]> {
  const found = asObjects(await json(engine, "GET", `${at(id)}/changes`), "changes");
  return found.map((change) => {
    const kind = numberField(change, "Kind");
    if (kind !== 0 && kind !== 1 && kind !== 2) throw new MalformedResponse(`Kind: ${kind}`);
    return { Path: stringField(change, "Path"), Kind: kind };
  });
}

export type UpdateBody = Resources & { readonly RestartPolicy?: RestartPolicy };

export async function update(engine: Engine, id: string, body: UpdateBody): Promise<string[]> {
  const updated = asObject(await json(engine, "POST", `${at(id)}/update`, { json: body }), "updated container");
  return Array.isArray(updated["Warnings"]) ? updated["Warnings"].map(String) : [];
}

export async function prune(engine: Engine, filters?: Filters): Promise<ContainerPruneResponse> {
  const query = { filters: filtersParameter(filters) };
  return asObject(await json(engine, "POST", "/containers/prune", { query }), "pruned") as ContainerPruneResponse;
}

/** The file system as a tar. */
export async function exportTar(engine: Engine, id: string): Promise<ReadableStream<Uint8Array>> {
  return (await send(engine, "GET", `${at(id)}/export`)).body;
}

/** One JSON object per sample; with `stream` false there is one. */
export async function stats(
  engine: Engine,
  id: string,
  options: { readonly stream: boolean; readonly oneShot?: boolean; readonly signal?: AbortSignal },
): Promise<AsyncGenerator<JsonObject, void, undefined>> {
  const query = { stream: options.stream, "one-shot": options.oneShot === true ? true : undefined };
  const signal = options.signal;
  const response = await send(engine, "GET", `${at(id)}/stats`, { query, ...(signal === undefined ? {} : { signal }) });
  return jsonStream(response.body);
}

export interface CommitOptions {
  readonly container: string;
  readonly repo?: string | undefined;
  readonly tag?: string | undefined;
  readonly comment?: string;
  readonly author?: string;
  readonly pause: boolean;
  readonly changes?: readonly string[];
}

/** The id of the new image. */
export async function commit(engine: Engine, options: CommitOptions): Promise<string> {
  const query = {
    container: options.container,
    repo: options.repo,
    tag: options.tag,
    comment: options.comment,
    author: options.author,
    pause: options.pause ? undefined : false,
    changes: options.changes,
  };
  return stringField(asObject(await json(engine, "POST", "/commit", { query, json: {} }), "commit"), "Id");
}
