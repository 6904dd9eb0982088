import type { Duplex, HttpHandler, HttpResponse } from "../../http/message.ts";
import { createEngine, type Engine } from "../engine.ts";
import { bytesStream, readAll } from "../streams.ts";
import { memoryWorld, type MemoryWorld } from "./memory-world.ts";
import type { Clock } from "../world.ts";

const decoder = new TextDecoder();
const encoder = new TextEncoder();

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** The body as JSON; undefined when it is empty. */
  // A test looks into it as it likes.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly json: any;
}

/** An engine over a world in memory, called through its HTTP API. */
export class EngineApi {
  readonly world: MemoryWorld;
  readonly engine: Engine;

  private constructor(world: MemoryWorld, engine: Engine) {
    this.world = world;
    this.engine = engine;
  }

  static async start(options: { readonly clock?: Clock; readonly pull?: boolean } = {}): Promise<EngineApi> {
    const world = await memoryWorld(options);
    const engine = createEngine(world);
    await engine.start();
    const api = new EngineApi(world, engine);
    if (options.pull !== false) await api.post("/images/create?fromImage=busybox&tag=latest");
    return api;
  }

  /** Another engine over the same world, with the state of this one: what a restore makes. */
  async restored(): Promise<EngineApi> {
    const state: unknown = JSON.parse(JSON.stringify(this.engine.state()));
    await this.engine.close();
    const engine = createEngine(this.world);
    await engine.restore(state as ReturnType<Engine["state"]>);
    return new EngineApi(this.world, engine);
  }

  get(target: string): Promise<Answer> {
    return this.call("GET", target);
  }
  post(target: string, body?: unknown): Promise<Answer> {
    return this.call("POST", target, body);
  }
  delete(target: string): Promise<Answer> {
    return this.call("DELETE", target);
  }

  async call(method: "GET" | "POST" | "DELETE" | "HEAD" | "PUT", target: string, body?: unknown): Promise<Answer> {
    const response = await this.open(method, target, body);
    const text = decoder.decode(await bodyBytes(response));
    return { status: response.status, headers: response.headers, text, json: lastJson(text) };
  }

  /** The response itself, its body unread. */
  open(
    method: "GET" | "POST" | "DELETE" | "HEAD" | "PUT",
    target: string,
    body?: unknown,
    signal: AbortSignal = new AbortController().signal,
  ): Promise<HttpResponse> {
    const handle: HttpHandler = this.engine.handle;
    const bytes =
      body instanceof Uint8Array ? body : body === undefined ? undefined : encoder.encode(JSON.stringify(body));
    return handle({
      method,
      target: `/v1.45${target}`,
      headers: body === undefined || body instanceof Uint8Array ? {} : { "content-type": "application/json" },
      body: bytes === undefined ? null : bytesStream(bytes),
      signal,
    });
  }

  /** A hijacked call: what the client writes, and what it reads. */
  async hijack(target: string, body?: unknown, signal?: AbortSignal): Promise<Hijacked> {
    const response = await this.open("POST", target, body, signal);
    if (response.hijack === undefined)
      throw new Error(`${target}: ${String(response.status)} ${decoder.decode(await bodyBytes(response))}`);
    return new Hijacked(response.hijack);
  }

  /** Creates a container of busybox; its id. */
  async create(command: readonly string[], options: Record<string, unknown> = {}, name = ""): Promise<string> {
    const answer = await this.post(`/containers/create?name=${name}`, { Image: "busybox", Cmd: command, ...options });
    if (answer.status !== 201) throw new Error(answer.text);
    return String(answer.json.Id);
  }

  /** What `docker run` does: create, attach, wait, start; then the output and the exit code. */
  async run(
    command: readonly string[],
    options: Record<string, unknown> = {},
  ): Promise<{ id: string; stdout: string; stderr: string; exitCode: number }> {
    const id = await this.create(command, options);
    const attached = await this.hijack(`/containers/${id}/attach?stream=1&stdout=1&stderr=1`);
    const condition =
      (options["HostConfig"] as { AutoRemove?: boolean } | undefined)?.AutoRemove === true ? "removed" : "next-exit";
    const waiting = this.post(`/containers/${id}/wait?condition=${condition}`);
    const started = await this.post(`/containers/${id}/start`);
    if (started.status !== 204) throw new Error(started.text);
    const { stdout, stderr } = await attached.output();
    return { id, stdout, stderr, exitCode: Number((await waiting).json.StatusCode) };
  }
}

export class Hijacked {
  readonly #readable: ReadableStream<Uint8Array>;
  readonly writer: WritableStreamDefaultWriter<Uint8Array>;
  /** Settles when the engine has ended the connection. */
  readonly served: Promise<void>;

  constructor(serve: (connection: Duplex) => Promise<void>) {
    const toServer = new TransformStream<Uint8Array, Uint8Array>();
    const toClient = new TransformStream<Uint8Array, Uint8Array>();
    this.#readable = toClient.readable;
    this.writer = toServer.writable.getWriter();
    this.served = serve({ readable: toServer.readable, writable: toClient.writable });
  }

  write(text: string): Promise<void> {
    return this.writer.write(encoder.encode(text));
  }

  /** Bytes as they are. */
  async raw(): Promise<string> {
    return decoder.decode(await readAll(this.#readable));
  }

  /** Frames taken apart. */
  async output(): Promise<{ stdout: string; stderr: string }> {
    return demultiplex(await readAll(this.#readable));
  }
}

export function demultiplex(bytes: Uint8Array): { stdout: string; stderr: string } {
  const streams = ["", "", ""];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length;) {
    const length = view.getUint32(at + 4);
    const stream = view.getUint8(at);
    streams[stream] = (streams[stream] ?? "") + decoder.decode(bytes.subarray(at + 8, at + 8 + length));
    at += 8 + length;
  }
  return { stdout: streams[1] ?? "", stderr: streams[2] ?? "" };
}

export async function bodyBytes({ body }: HttpResponse): Promise<Uint8Array> {
  if (body === null) return new Uint8Array(0);
  return body instanceof Uint8Array ? body : readAll(body);
}

/** A stream of JSON lines gives its last. */
function lastJson(text: string): unknown {
  const line = text.trim().split("\n").at(-1) ?? "";
  try {
    return line === "" ? undefined : JSON.parse(line);
  } catch {
    return undefined;
  }
}
