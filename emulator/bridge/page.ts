import * as v from "valibot";
import type { ClientRequest, ClientResponse, HijackedConnection, Transport } from "../client/transport.ts";
import { readableFromPort, writableToPort } from "./byte-port.ts";
import { fromWorker, type Call, type FromWorker, type Reply } from "./messages.ts";

/** A worker as far as the bridge needs one. */
export interface Endpoint {
  postMessage(message: unknown, transfer: readonly object[]): void;
}

/** A call that the worker answered with an error. */
export class BridgeError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/** An Engine API error where a hijacked connection was asked for. */
export class HijackRefused extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = "HijackRefused";
  }
}

type Notice = Exclude<FromWorker, { kind: "reply" | "failure" }>;

/** The page's end: typed calls with correlation, abort, and the notices that come unasked. */
export class BridgePage {
  #next = 1;
  readonly #pending = new Map<number, { resolve: (reply: Reply) => void; reject: (error: Error) => void }>();

  constructor(
    readonly worker: Endpoint,
    readonly onNotice: (notice: Notice) => void,
  ) {}

  /** Every message of the worker goes here. What does not validate fails all that is pending: the worker is not ours. */
  receive(data: unknown): void {
    const message = v.safeParse(fromWorker, data);
    if (!message.success) {
      this.fail(new BridgeError("BridgeError", `malformed message from the worker: ${message.issues[0].message}`));
      return;
    }
    const value = message.output;
    if (value.kind !== "reply" && value.kind !== "failure") {
      this.onNotice(value);
      return;
    }
    const pending = this.#pending.get(value.id);
    this.#pending.delete(value.id);
    if (value.kind === "reply") pending?.resolve(value.reply);
    else pending?.reject(new BridgeError(value.name, value.message));
  }

  /** Rejects every pending call: the worker has ended. */
  fail(error: Error): void {
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }

  async call<K extends Reply["kind"]>(
    call: Call,
    expect: K,
    options: { signal?: AbortSignal; transfer?: readonly object[] } = {},
  ): Promise<Extract<Reply, { kind: K }>> {
    options.signal?.throwIfAborted();
    const id = this.#next++;
    const abort = () => this.worker.postMessage({ kind: "abort", id }, []);
    options.signal?.addEventListener("abort", abort, { once: true });
    try {
      const reply = await new Promise<Reply>((resolve, reject) => {
        this.#pending.set(id, { resolve, reject });
        this.worker.postMessage({ kind: "call", id, call }, options.transfer ?? []);
      });
      if (reply.kind === "refused") throw new HijackRefused(reply.status, reply.message);
      if (reply.kind !== expect) throw new BridgeError("BridgeError", `expected ${expect}, got ${reply.kind}`);
      return reply as Extract<Reply, { kind: K }>;
    } catch (error) {
      options.signal?.removeEventListener("abort", abort);
      throw error;
    }
  }
}

/** The Engine API over the bridge. */
export function bridgeTransport(bridge: BridgePage): Transport {
  return {
    async request(request: ClientRequest): Promise<ClientResponse> {
      let body: Uint8Array | MessagePort | null = null;
      const transfer: object[] = [];
      if (request.body instanceof Uint8Array) body = request.body;
      else if (request.body !== undefined) {
        const channel = new MessageChannel();
        // A failure of the upload is the response's to tell; the pipe's own rejection says no more.
        request.body.pipeTo(writableToPort(channel.port1)).catch(() => undefined);
        body = channel.port2;
        transfer.push(channel.port2);
      }
      const call: Call = {
        kind: "http",
        method: request.method,
        target: request.target,
        headers: { ...request.headers },
        body,
      };
      const reply = await bridge.call(call, "http", { transfer, ...(request.signal && { signal: request.signal }) });
      return {
        status: reply.status,
        headers: reply.headers,
        body: reply.body ? readableFromPort(reply.body) : emptyBody(),
      };
    },
    async hijack(request: ClientRequest): Promise<HijackedConnection> {
      if (request.body !== undefined && !(request.body instanceof Uint8Array))
        throw new TypeError("a hijacked request's body is bytes");
      const call: Call = {
        kind: "hijack",
        method: request.method,
        target: request.target,
        headers: { ...request.headers },
        body: request.body ?? null,
      };
      const reply = await bridge.call(call, "hijacked", request.signal ? { signal: request.signal } : {});
      return {
        headers: reply.headers,
        readable: readableFromPort(reply.readable),
        writable: writableToPort(reply.writable),
      };
    },
  };
}

const emptyBody = () => new ReadableStream<Uint8Array>({ start: (controller) => controller.close() });
