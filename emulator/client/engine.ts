import { EngineError } from "./error.ts";
import { parseJson, type Json } from "./json.ts";
import type { ClientRequest, ClientResponse, HijackedConnection, Transport } from "./transport.ts";

/** The version every request names; the engine and this client are built for it, so nothing is negotiated. */
export const API_VERSION = "1.45";

/** An engine that can be asked: how to reach it, and the signal that ends what was asked. */
export interface Engine {
  readonly transport: Transport;
  readonly signal?: AbortSignal;
}

export type QueryValue = string | number | boolean | readonly string[] | undefined;
export type Query = Readonly<Record<string, QueryValue>>;

/** `{name: [values]}`, as list, prune and events take it. */
export type Filters = Readonly<Record<string, readonly string[]>>;

export interface Call {
  readonly query?: Query;
  /** Sent as JSON. */
  readonly json?: unknown;
  readonly body?: Uint8Array | ReadableStream<Uint8Array>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

type Method = ClientRequest["method"];

/** Sends a request; answers of 400 and above reject with EngineError. The caller reads or cancels the body. */
export async function send(engine: Engine, method: Method, path: string, call: Call = {}): Promise<ClientResponse> {
  const response = await engine.transport.request(requestOf(engine, method, path, call));
  if (response.status >= 400) throw await errorOf(response, `${method} ${path}`);
  return response;
}

/** The whole body as text. */
export async function text(engine: Engine, method: Method, path: string, call: Call = {}): Promise<string> {
  const response = await send(engine, method, path, call);
  return readText(response.body);
}

/** The whole body as JSON. */
export async function json(engine: Engine, method: Method, path: string, call: Call = {}): Promise<Json> {
  return parseJson(await text(engine, method, path, call));
}

/** For requests whose answer says nothing but that it worked. */
export async function done(engine: Engine, method: Method, path: string, call: Call = {}): Promise<ClientResponse> {
  const response = await send(engine, method, path, call);
  await response.body.cancel();
  return response;
}

export async function hijack(engine: Engine, path: string, call: Call = {}): Promise<HijackedConnection> {
  return engine.transport.hijack(requestOf(engine, "POST", path, call));
}

export function filtersParameter(filters: Filters | undefined): string | undefined {
  if (filters === undefined || Object.keys(filters).length === 0) return undefined;
  const sets = Object.entries(filters).map(([name, values]) => [
    name,
    Object.fromEntries(values.map((v) => [v, true])),
  ]);
  return JSON.stringify(Object.fromEntries(sets));
}

/** A path segment: slashes of image names stay, as the engine's routes expect them. */
export function segment(name: string): string {
  return name.split("/").map(encodeURIComponent).join("/");
}

export async function readText(body: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let result = "";
  for await (const chunk of body) result += decoder.decode(chunk, { stream: true });
  return result + decoder.decode();
}

function requestOf(engine: Engine, method: Method, path: string, call: Call): ClientRequest {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(call.query ?? {})) {
    if (value === undefined) continue;
    if (typeof value === "object") for (const item of value) query.append(name, item);
    else query.set(name, typeof value === "boolean" ? (value ? "1" : "0") : String(value));
  }
  const search = query.toString();
  const body = call.json === undefined ? call.body : new TextEncoder().encode(JSON.stringify(call.json));
  const headers = { ...(call.json === undefined ? {} : { "content-type": "application/json" }), ...call.headers };
  const signal = call.signal ?? engine.signal;
  return {
    method,
    target: `/v${API_VERSION}${path}${search === "" ? "" : `?${search}`}`,
    headers,
    ...(body === undefined ? {} : { body }),
    ...(signal === undefined ? {} : { signal }),
  };
}

/** The error an answer of 400 and above stands for. */
export async function errorOf(response: ClientResponse, what: string): Promise<EngineError> {
  const body = await readText(response.body);
  try {
    const decoded: unknown = JSON.parse(body);
    if (typeof decoded === "object" && decoded !== null && "message" in decoded && typeof decoded.message === "string")
      return new EngineError(response.status, decoded.message.trim());
  } catch {
    // Not JSON: the text itself is what the server had to say.
  }
  const plain = body.trim();
  return new EngineError(
    response.status,
    plain === "" ? `request returned status ${response.status} for API route ${what}` : plain,
  );
}
