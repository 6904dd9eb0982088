import type {
  BuildPruneResponse,
  SystemDataUsageResponse,
  SystemInfo,
  SystemVersion,
} from "../spec/engine-api.generated.ts";
import { done, filtersParameter, json, send, text, type Engine, type Filters } from "./engine.ts";
import { asObject, parseJson, type JsonObject } from "./json.ts";
import { jsonStream } from "./json-stream.ts";

/** Headers of `/_ping`: `api-version`, `ostype`, `builder-version`, `swarm`. */
export async function ping(engine: Engine): Promise<Readonly<Record<string, string>>> {
  return (await done(engine, "HEAD", "/_ping")).headers;
}

export async function info(engine: Engine): Promise<SystemInfo> {
  return asObject(await json(engine, "GET", "/info"), "info") as SystemInfo;
}

export async function version(engine: Engine): Promise<SystemVersion> {
  return asObject(await json(engine, "GET", "/version"), "version") as SystemVersion;
}

export async function diskUsage(
  engine: Engine,
  types?: readonly string[],
): Promise<{ readonly usage: SystemDataUsageResponse; readonly value: JsonObject }> {
  const value = asObject(parseJson(await text(engine, "GET", "/system/df", { query: { type: types } })), "disk usage");
  return { usage: value as SystemDataUsageResponse, value };
}

export interface EventsOptions {
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly filters?: Filters;
}

export async function events(
  engine: Engine,
  options: EventsOptions = {},
): Promise<AsyncGenerator<JsonObject, void, undefined>> {
  const query = { since: options.since, until: options.until, filters: filtersParameter(options.filters) };
  return jsonStream((await send(engine, "GET", "/events", { query })).body);
}

export async function pruneBuildCache(
  engine: Engine,
  options: { readonly all: boolean; readonly keepStorage?: number; readonly filters?: Filters },
): Promise<BuildPruneResponse> {
  const query = {
    all: options.all ? true : undefined,
    "keep-storage": options.keepStorage,
    filters: filtersParameter(options.filters),
  };
  return asObject(await json(engine, "POST", "/build/prune", { query }), "pruned") as BuildPruneResponse;
}

/** Logs in to a registry; what the engine says of it. */
export async function auth(
  engine: Engine,
  credentials: { readonly username: string; readonly password: string; readonly serveraddress: string },
): Promise<JsonObject> {
  return asObject(await json(engine, "POST", "/auth", { json: credentials }), "login");
}
