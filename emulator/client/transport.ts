import type { Duplex, HeaderFields } from "../http/message.ts";

/** How a client reaches an engine. Implemented in process, over a MessagePort, and over a socket. */
export interface Transport {
  request(request: ClientRequest): Promise<ClientResponse>;
  /** Sends with `Connection: Upgrade`, `Upgrade: tcp`; resolves with the raw connection, or rejects with EngineError. */
  hijack(request: ClientRequest): Promise<HijackedConnection>;
}

export interface ClientRequest {
  readonly method: "GET" | "POST" | "PUT" | "DELETE" | "HEAD";
  /** Path with query, with the version prefix. */
  readonly target: string;
  readonly headers?: HeaderFields;
  readonly body?: Uint8Array | ReadableStream<Uint8Array>;
  readonly signal?: AbortSignal;
}

export interface ClientResponse {
  readonly status: number;
  readonly headers: HeaderFields;
  readonly body: ReadableStream<Uint8Array>;
}

export interface HijackedConnection extends Duplex {
  readonly headers: HeaderFields;
}
