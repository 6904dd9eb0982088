/**
 * HTTP messages as the engine and its clients exchange them, whatever carries them: a call in the same thread, a
 * MessagePort, a unix socket in the guest, or Node's http module. `Request` and `Response` of the platform are not used:
 * they cannot carry an upgrade (hijack), and browsers drop headers.
 */

/** Two independent directions, each with back-pressure. Closing `writable` is a half-close; cancelling `readable` refuses more. */
export interface Duplex {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
}

/** Lower-case names; the last value wins. */
export type HeaderFields = Readonly<Record<string, string>>;

export interface HttpRequest {
  readonly method: "GET" | "POST" | "PUT" | "DELETE" | "HEAD";
  /** Path with query, as on the request line: `/v1.45/containers/json?all=1`. */
  readonly target: string;
  readonly headers: HeaderFields;
  readonly body: ReadableStream<Uint8Array> | null;
  /** Aborts when the client is gone. */
  readonly signal: AbortSignal;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: HeaderFields;
  /** A Uint8Array is sent with Content-Length, a stream chunked. */
  readonly body: ReadableStream<Uint8Array> | Uint8Array | null;
  /**
   * Set for a hijacked connection (attach, exec start): after the head the connection is a raw byte stream, and this is
   * called once with it. Status is 101 when the client asked for an upgrade and 200 otherwise.
   */
  readonly hijack?: (connection: Duplex) => Promise<void>;
}

/** What a server is: the engine, or a fake of it. Never rejects; errors are responses. */
export type HttpHandler = (request: HttpRequest) => Promise<HttpResponse>;
