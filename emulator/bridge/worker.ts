import * as v from "valibot";
import type { Duplex, HttpHandler, HttpRequest } from "../http/message.ts";
import { readableFromPort, writableToPort } from "./byte-port.ts";
import { toWorker, type Call, type FromWorker, type Prepare, type Reply, type Start } from "./messages.ts";

/** What the worker's end serves: the lab, in the words of the bridge. */
export interface BridgeHost {
  readonly http: HttpHandler;
  openShell(name: string, size: Size, folder: string): Promise<HostShell>;
  upload(shell: string, tar: ReadableStream<Uint8Array>): Promise<void>;
  download(
    shell: string,
    path: string,
  ): Promise<{ name: string; folder: boolean; readable: ReadableStream<Uint8Array> }>;
  fetchPort(request: PortRequest, signal: AbortSignal): Promise<PortResponse>;
  save(): Promise<{ bytes: number; pauseMilliseconds: number }>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  observe(): Promise<unknown>;
  diagnostics(): Promise<string>;
}

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export interface HostShell extends Duplex {
  /** True when the shell was there already: a save brought it back. */
  readonly adopted: boolean;
  /** Exit status. */
  readonly ended: Promise<number>;
  resize(size: Size): Promise<void>;
  close(): Promise<void>;
}

export interface PortRequest {
  readonly port: number;
  readonly method: string;
  readonly target: string;
  readonly headers: readonly [string, string][];
  readonly body: Uint8Array | null;
}

export interface PortResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: [string, string][];
  readonly body: ReadableStream<Uint8Array> | null;
}

/** The worker's end: answers each call once, with a reply or a failure, and ends what an abort names. */
export class BridgeWorker {
  readonly #running = new Map<number, AbortController>();
  readonly #shells = new Map<string, HostShell>();
  /** Calls whose response body still flows: an abort must reach them after the reply. */
  readonly #streaming = new Set<number>();
  #host: BridgeHost | undefined;

  constructor(
    readonly post: (message: FromWorker, transfer: readonly object[]) => void,
    readonly onStart: (start: Start) => void,
    readonly onPrepare: (prepare: Prepare) => void = () => undefined,
  ) {}

  serve(host: BridgeHost): void {
    this.#host = host;
  }

  receive(data: unknown): void {
    const message = v.safeParse(toWorker, data);
    if (!message.success) return;
    const value = message.output;
    switch (value.kind) {
      case "prepare":
        this.onPrepare(value);
        return;
      case "start":
        this.onStart(value);
        return;
      case "abort":
        this.#running.get(value.id)?.abort();
        return;
      case "call":
        void this.#answer(value.id, value.call);
        return;
      default:
        value satisfies never;
    }
  }

  async #answer(id: number, call: Call): Promise<void> {
    const abort = new AbortController();
    this.#running.set(id, abort);
    try {
      if (this.#host === undefined) throw new Error("the machine has not started yet");
      const { reply, transfer } = await this.#dispatch(this.#host, call, id, abort.signal);
      this.post({ kind: "reply", id, reply }, transfer);
    } catch (error) {
      const { name, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
      this.post({ kind: "failure", id, name, message }, []);
    } finally {
      if (!this.#streaming.delete(id)) this.#running.delete(id);
    }
  }

  async #dispatch(
    host: BridgeHost,
    call: Call,
    id: number,
    signal: AbortSignal,
  ): Promise<{ reply: Reply; transfer: readonly object[] }> {
    switch (call.kind) {
      case "http": {
        const body =
          call.body === null ? null : call.body instanceof Uint8Array ? once(call.body) : readableFromPort(call.body);
        const response = await host.http({
          method: call.method,
          target: call.target,
          headers: call.headers,
          body,
          signal,
        });
        const answer = response.body instanceof Uint8Array ? once(response.body) : response.body;
        if (answer) this.#streaming.add(id);
        const out = answer && outgoing(answer, () => this.#running.delete(id));
        return {
          reply: { kind: "http", status: response.status, headers: { ...response.headers }, body: out },
          transfer: out ? [out] : [],
        };
      }
      case "hijack":
        return hijack(host.http, call, signal);
      case "shell": {
        const shell = await host.openShell(call.name, call.size, call.folder ?? "/root");
        this.#shells.set(call.name, shell);
        void shell.ended.then((code) => {
          if (this.#shells.get(call.name) === shell) this.#shells.delete(call.name);
          this.post({ kind: "shell-ended", shell: call.name, code }, []);
        });
        const both = duplexPorts(shell);
        return { reply: { kind: "shell", ...both, adopted: shell.adopted }, transfer: [both.readable, both.writable] };
      }
      case "resize":
        await this.#shells.get(call.shell)?.resize(call.size);
        return done;
      case "close-shell":
        await this.#shells.get(call.shell)?.close();
        return done;
      case "upload":
        await host.upload(call.shell, readableFromPort(call.tar));
        return done;
      case "download": {
        const file = await host.download(call.shell, call.path);
        const readable = outgoing(file.readable);
        return { reply: { kind: "download", name: file.name, folder: file.folder, readable }, transfer: [readable] };
      }
      case "fetch-port": {
        const response = await host.fetchPort(call, signal);
        const body = response.body && outgoing(response.body);
        return {
          reply: {
            kind: "fetched",
            status: response.status,
            statusText: response.statusText,
            headers: response.headers,
            body,
          },
          transfer: body ? [body] : [],
        };
      }
      case "save":
        return { reply: { kind: "saved", ...(await host.save()) }, transfer: [] };
      case "pause":
        await host.pause();
        return done;
      case "resume":
        await host.resume();
        return done;
      case "observe":
        return { reply: { kind: "observed", reading: await host.observe() }, transfer: [] };
      case "diagnostics":
        return { reply: { kind: "text", text: await host.diagnostics() }, transfer: [] };
      default:
        return call satisfies never;
    }
  }
}

const done: { reply: Reply; transfer: readonly object[] } = { reply: { kind: "done" }, transfer: [] };

function once(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    start(controller) {
      if (bytes.byteLength > 0) controller.enqueue(bytes);
      controller.close();
    },
  });
}

function outgoing(stream: ReadableStream<Uint8Array>, ended: () => void = () => undefined): MessagePort {
  const { port1, port2 } = new MessageChannel();
  // The port carries the failure to the reader; there is nobody else to tell.
  stream.pipeTo(writableToPort(port1)).then(ended, ended);
  return port2;
}

function duplexPorts(connection: Duplex): { readable: MessagePort; writable: MessagePort } {
  const { port1, port2 } = new MessageChannel();
  readableFromPort(port1)
    .pipeTo(connection.writable)
    .catch(() => undefined);
  return { readable: outgoing(connection.readable), writable: port2 };
}

/** A hijacked connection lives until the engine has ended it; the reply leaves as soon as the head is known. */
async function hijack(
  http: HttpHandler,
  call: Extract<Call, { kind: "hijack" }>,
  signal: AbortSignal,
): Promise<{ reply: Reply; transfer: readonly object[] }> {
  const request: HttpRequest = {
    method: call.method,
    target: call.target,
    headers: { ...call.headers, connection: "Upgrade", upgrade: "tcp" },
    body: call.body && once(call.body),
    signal,
  };
  const response = await http(request);
  if (response.hijack === undefined) {
    const body =
      response.body instanceof Uint8Array
        ? response.body
        : response.body
          ? await collect(response.body)
          : new Uint8Array();
    return {
      reply: { kind: "refused", status: response.status, message: new TextDecoder().decode(body) },
      transfer: [],
    };
  }
  const incoming = new MessageChannel();
  const leaving = new MessageChannel();
  const connection: Duplex = { readable: readableFromPort(incoming.port1), writable: writableToPort(leaving.port1) };
  response.hijack(connection).catch(() => connection.writable.abort("the connection broke").catch(() => undefined));
  return {
    reply: { kind: "hijacked", headers: { ...response.headers }, readable: leaving.port2, writable: incoming.port2 },
    transfer: [leaving.port2, incoming.port2],
  };
}

async function collect(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  const all = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
