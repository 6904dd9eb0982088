import type { SolveStatus } from "../spec/build.ts";
import { send, segment, type Engine, type Query } from "./engine.ts";
import { asObject, type JsonObject } from "./json.ts";
import { jsonStream } from "./json-stream.ts";
import { decodeSolveStatus } from "./solve-status.ts";

/** Where the result goes, as `POST /build?version=2` takes it. */
export interface BuildOutput {
  readonly type: string;
  readonly attrs: Readonly<Record<string, string>>;
}

/** Query of `POST /build`, named as the Engine API names it. What is undefined is not sent. */
export interface BuildOptions {
  readonly t?: readonly string[];
  /** Path of the Dockerfile in the context; without it `Dockerfile`, or `dockerfile` where there is none. */
  readonly dockerfile?: string | undefined;
  readonly q?: boolean | undefined;
  readonly nocache?: boolean | undefined;
  readonly pull?: boolean | undefined;
  readonly rm?: boolean | undefined;
  readonly forcerm?: boolean | undefined;
  /** Null: the value is the engine's own, as `--build-arg NAME` without a value leaves it. */
  readonly buildargs?: Readonly<Record<string, string | null>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly target?: string | undefined;
  readonly networkmode?: string | undefined;
  readonly extrahosts?: readonly string[];
  readonly shmsize?: number | undefined;
  readonly memory?: number | undefined;
  readonly memswap?: number | undefined;
  readonly cpushares?: number | undefined;
  readonly cpuperiod?: number | undefined;
  readonly cpuquota?: number | undefined;
  readonly cpusetcpus?: string | undefined;
  readonly cpusetmems?: string | undefined;
  readonly cgroupparent?: string | undefined;
  readonly platform?: string | undefined;
  readonly cachefrom?: readonly string[];
  readonly ulimits?: readonly unknown[];
}

/** What only `version=2` knows. */
export interface SolveOptions extends BuildOptions {
  readonly outputs?: readonly BuildOutput[];
  /** Values by id; they travel in a header, never in the query. */
  readonly secrets?: Readonly<Record<string, Uint8Array>>;
  /** Stages that are built without the cache. */
  readonly nocachestages?: readonly string[];
}

/** Why a build failed, with the place in the Dockerfile where that is known. Lines count from 1. */
export interface BuildFailure {
  readonly message: string;
  readonly code: number | undefined;
  readonly source: BuildSource | undefined;
}

export interface BuildSource {
  readonly filename: string;
  readonly data: string;
  readonly start: number;
  readonly end: number;
}

/** One message of a build with `version=2`. */
export type BuildMessage =
  | { readonly kind: "status"; readonly status: SolveStatus; readonly raw: JsonObject }
  | { readonly kind: "image"; readonly id: string }
  | { readonly kind: "output"; readonly token: string }
  | { readonly kind: "failure"; readonly failure: BuildFailure };

const headers = { "content-type": "application/x-tar" };

/** The classic builder: `context` is a tar, the answer its JSON stream. Cancelling the stream cancels the build. */
export async function build(
  engine: Engine,
  context: ReadableStream<Uint8Array>,
  options: BuildOptions,
): Promise<AsyncGenerator<JsonObject, void, undefined>> {
  const query = { version: 1, ...queryOf(options) };
  return jsonStream((await send(engine, "POST", "/build", { query, body: context, headers })).body);
}

/** A build whose steps are told one by one. Ends with `image`, `output` or `failure`. */
export async function solve(
  engine: Engine,
  context: ReadableStream<Uint8Array>,
  options: SolveOptions,
): Promise<AsyncGenerator<BuildMessage, void, undefined>> {
  const { outputs = [], secrets = {}, nocachestages = [], ...rest } = options;
  const query: Query = {
    version: 2,
    ...queryOf(rest),
    // One list, as BuildKit's frontend takes it; the classic builder has a parameter for each.
    extrahosts: rest.extrahosts === undefined || rest.extrahosts.length === 0 ? undefined : rest.extrahosts.join(","),
    outputs: outputs.length === 0 ? undefined : JSON.stringify(outputs),
    nocachestages: nocachestages.length === 0 ? undefined : nocachestages.join(","),
  };
  const secret = Object.entries(secrets).map(([id, value]) => [id, base64(value)] as const);
  const call =
    secret.length === 0
      ? headers
      : { ...headers, "x-build-secrets": base64(new TextEncoder().encode(JSON.stringify(Object.fromEntries(secret)))) };
  const response = await send(engine, "POST", "/build", { query, body: context, headers: call });
  return messages(jsonStream(response.body));
}

/** The tar of an output the build has told of. It can be fetched once. */
export async function output(engine: Engine, token: string): Promise<ReadableStream<Uint8Array>> {
  return (await send(engine, "GET", `/build/output/${segment(token)}`)).body;
}

async function* messages(stream: AsyncIterable<JsonObject>): AsyncGenerator<BuildMessage, void, undefined> {
  for await (const message of stream) {
    const failure = failureOf(message);
    if (failure !== undefined) {
      yield { kind: "failure", failure };
      continue;
    }
    const aux = message["aux"];
    switch (message["id"]) {
      case "moby.buildkit.trace": {
        const raw = asObject(aux, "build trace");
        yield { kind: "status", status: decodeSolveStatus(raw), raw };
        break;
      }
      case "moby.image.id": {
        const id = asObject(aux, "image ID")["ID"];
        if (typeof id === "string") yield { kind: "image", id };
        break;
      }
      case "drydock.output":
        if (typeof aux === "string") yield { kind: "output", token: aux };
        break;
      default:
      // A message of a later engine says nothing this client knows.
    }
  }
}

function failureOf(message: JsonObject): BuildFailure | undefined {
  const detail = message["errorDetail"];
  const fields = typeof detail === "object" && detail !== null ? asObject(detail, "errorDetail") : undefined;
  const text = fields?.["message"] ?? message["error"];
  if (typeof text !== "string") return undefined;
  const code = fields?.["code"];
  return { message: text, code: typeof code === "number" ? code : undefined, source: sourceOf(fields?.["source"]) };
}

function sourceOf(value: unknown): BuildSource | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { filename, data, start, end } = asObject(value, "source");
  if (typeof filename !== "string" || typeof data !== "string" || typeof start !== "number") return undefined;
  return { filename, data, start, end: typeof end === "number" ? end : start };
}

function queryOf(options: BuildOptions): Query {
  const json = (value: object | undefined): string | undefined =>
    value === undefined || Object.keys(value).length === 0 ? undefined : JSON.stringify(value);
  const on = (value: boolean | undefined): true | undefined => (value === true ? true : undefined);
  return {
    t: options.t,
    dockerfile: options.dockerfile,
    q: on(options.q),
    nocache: on(options.nocache),
    pull: on(options.pull),
    rm: options.rm,
    forcerm: on(options.forcerm),
    buildargs: json(options.buildargs),
    labels: json(options.labels),
    target: options.target,
    networkmode: options.networkmode,
    extrahosts: options.extrahosts,
    shmsize: options.shmsize,
    memory: options.memory,
    memswap: options.memswap,
    cpushares: options.cpushares,
    cpuperiod: options.cpuperiod,
    cpuquota: options.cpuquota,
    cpusetcpus: options.cpusetcpus,
    cpusetmems: options.cpusetmems,
    cgroupparent: options.cgroupparent,
    platform: options.platform,
    cachefrom: json(options.cachefrom),
    ulimits: json(options.ulimits),
  };
}

function base64(bytes: Uint8Array): string {
  let binary = "";
  for (let at = 0; at < bytes.length; at += 8192) binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(binary);
}
