import type {
  ImageDeleteResponseItem,
  ImageHistoryResponseItem,
  ImagePruneResponse,
  ImageSearchResponseItem,
  ImageSummary,
} from "../spec/engine-api.generated.ts";
import { done, filtersParameter, json, segment, send, text, type Engine, type Filters } from "./engine.ts";
import { asObject, asObjects, parseJson, type JsonObject } from "./json.ts";
import { jsonStream } from "./json-stream.ts";

const at = (name: string): string => `/images/${segment(name)}`;
type Messages = AsyncGenerator<JsonObject, void, undefined>;

export async function list(
  engine: Engine,
  options: { readonly all?: boolean; readonly filters?: Filters; readonly sharedSize?: boolean } = {},
): Promise<ImageSummary[]> {
  const query = {
    all: options.all === true ? true : undefined,
    filters: filtersParameter(options.filters),
    "shared-size": options.sharedSize === true ? true : undefined,
  };
  return asObjects(await json(engine, "GET", "/images/json", { query }), "images") as unknown as ImageSummary[];
}

/** The JSON text as the engine sent it, and its value. */
export async function inspect(
  engine: Engine,
  name: string,
): Promise<{ readonly text: string; readonly value: JsonObject }> {
  const body = await text(engine, "GET", `${at(name)}/json`);
  return { text: body, value: asObject(parseJson(body), "image") };
}

export async function history(engine: Engine, name: string): Promise<ImageHistoryResponseItem[]> {
  const found = asObjects(await json(engine, "GET", `${at(name)}/history`), "history");
  return found as unknown as ImageHistoryResponseItem[];
}

/** `auth` is the X-Registry-Auth header. */
export async function pull(
  engine: Engine,
  options: { readonly image: string; readonly tag?: string; readonly platform?: string; readonly auth?: string },
): Promise<Messages> {
  const query = { fromImage: options.image, tag: options.tag, platform: options.platform };
  const headers = options.auth === undefined ? {} : { "x-registry-auth": options.auth };
  return jsonStream((await send(engine, "POST", "/images/create", { query, headers })).body);
}

export interface ImportOptions {
  /** A URL the engine fetches, or a tar. */
  readonly source: string | ReadableStream<Uint8Array>;
  readonly repo?: string | undefined;
  readonly tag?: string | undefined;
  readonly message?: string;
  readonly changes?: readonly string[];
  readonly platform?: string;
}

export async function importTar(engine: Engine, options: ImportOptions): Promise<Messages> {
  const query = {
    fromSrc: typeof options.source === "string" ? options.source : "-",
    repo: options.repo,
    tag: options.tag,
    message: options.message,
    changes: options.changes,
    platform: options.platform,
  };
  const body = typeof options.source === "string" ? {} : { body: options.source };
  return jsonStream((await send(engine, "POST", "/images/create", { query, ...body })).body);
}

export async function push(
  engine: Engine,
  options: { readonly image: string; readonly tag?: string; readonly auth: string },
): Promise<Messages> {
  const call = { query: { tag: options.tag }, headers: { "x-registry-auth": options.auth } };
  return jsonStream((await send(engine, "POST", `${at(options.image)}/push`, call)).body);
}

export async function tag(engine: Engine, source: string, target: { repo: string; tag?: string }): Promise<void> {
  await done(engine, "POST", `${at(source)}/tag`, { query: { repo: target.repo, tag: target.tag } });
}

export async function remove(
  engine: Engine,
  name: string,
  options: { readonly force?: boolean; readonly noPrune?: boolean } = {},
): Promise<ImageDeleteResponseItem[]> {
  const query = {
    force: options.force === true ? true : undefined,
    noprune: options.noPrune === true ? true : undefined,
  };
  return asObjects(await json(engine, "DELETE", at(name), { query }), "removed images") as ImageDeleteResponseItem[];
}

export async function prune(engine: Engine, filters?: Filters): Promise<ImagePruneResponse> {
  const query = { filters: filtersParameter(filters) };
  return asObject(await json(engine, "POST", "/images/prune", { query }), "pruned") as ImagePruneResponse;
}

export async function search(
  engine: Engine,
  options: { readonly term: string; readonly limit?: number; readonly filters?: Filters },
): Promise<ImageSearchResponseItem[]> {
  const query = { term: options.term, limit: options.limit, filters: filtersParameter(options.filters) };
  return asObjects(
    await json(engine, "GET", "/images/search", { query }),
    "search results",
  ) as ImageSearchResponseItem[];
}

/** A tar in the layout of `docker save`. */
export async function save(engine: Engine, names: readonly string[]): Promise<ReadableStream<Uint8Array>> {
  return (await send(engine, "GET", "/images/get", { query: { names } })).body;
}

export async function load(
  engine: Engine,
  tar: ReadableStream<Uint8Array>,
  options: { readonly quiet: boolean },
): Promise<Messages> {
  const headers = { "content-type": "application/x-tar" };
  const call = { query: { quiet: options.quiet }, body: tar, headers };
  return jsonStream((await send(engine, "POST", "/images/load", call)).body);
}
