import { BodyReader, encodeChunk, framingOf, lastChunk } from "./body.ts";
import { ByteReader, HttpSyntaxError } from "./byte-reader.ts";
import { encodeResponseHead, readRequestHead, type RequestHead } from "./head.ts";
import type { Duplex, HttpHandler, HttpRequest, HttpResponse } from "./message.ts";

const encoder = new TextEncoder();
/** So much of a body that nobody wanted is read and dropped to keep the connection. */
const drainLimit = 256 << 10;
/** While a request is answered, so much of the next ones may wait. */
const readAheadLimit = 64 << 10;

const methods = ["GET", "POST", "PUT", "DELETE", "HEAD"] as const;

/**
 * Serves one connection until either side ends it. Requests are answered in the order they come. Settles when the
 * connection is closed in both directions, and never rejects.
 */
export async function serveConnection(connection: Duplex, handler: HttpHandler, signal?: AbortSignal): Promise<void> {
  const reader = new ByteReader(connection.readable);
  const writer = connection.writable.getWriter();
  writer.closed.catch(() => undefined);
  const end = (): void => {
    void reader.cancel().catch(() => undefined);
    void writer.abort().catch(() => undefined);
  };
  signal?.addEventListener("abort", end, { once: true });
  if (signal?.aborted === true) end();
  try {
    const server = new ServerConnection(reader, writer, handler);
    while (await server.next());
    await writer.close();
  } catch {
    // The peer is gone, or the answer broke off in its middle: what is left can only be cut.
    await writer.abort().catch(() => undefined);
  } finally {
    signal?.removeEventListener("abort", end);
    await reader.cancel().catch(() => undefined);
  }
}

class ServerConnection {
  readonly #reader: ByteReader;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #handler: HttpHandler;

  constructor(reader: ByteReader, writer: WritableStreamDefaultWriter<Uint8Array>, handler: HttpHandler) {
    this.#reader = reader;
    this.#writer = writer;
    this.#handler = handler;
  }

  /** One request and its answer. False when the connection is not to be used again. */
  async next(): Promise<boolean> {
    let head: RequestHead | undefined;
    let body: BodyReader;
    try {
      head = await readRequestHead(this.#reader);
      if (head === undefined) return false;
      body = new BodyReader(this.#reader, framingOf(head.headers) ?? { kind: "none" }, this.#continuation(head));
    } catch (error) {
      return this.#refuse(error);
    }
    const method = methods.find((known) => known === head.method);
    if (method === undefined) return this.#refuse(new HttpSyntaxError(`method ${head.method} is not served`, 501));
    return this.#answer(head, method, body);
  }

  /** `100 Continue` goes out when the handler asks for the body. */
  #continuation(head: RequestHead): () => Promise<void> {
    const expectation = head.headers["expect"];
    if (expectation === undefined || head.minor === 0) return () => Promise.resolve();
    if (expectation.toLowerCase() !== "100-continue") throw new HttpSyntaxError("unknown expectation", 417);
    return () => this.#write(encoder.encode("HTTP/1.1 100 Continue\r\n\r\n"));
  }

  async #answer(head: RequestHead, method: HttpRequest["method"], body: BodyReader): Promise<boolean> {
    const gone = new AbortController();
    const answered = { is: false };
    const request: HttpRequest = {
      method,
      target: head.target,
      headers: head.headers,
      body: body.done ? null : watched(body, gone, () => void this.#watch(gone, answered)),
      signal: gone.signal,
    };
    if (body.done) void this.#watch(gone, answered);
    this.#writer.closed.catch(() => {
      gone.abort();
    });
    const response = await this.#handler(request);
    if (response.hijack !== undefined) {
      answered.is = true;
      if (!body.done && !(await body.drain(drainLimit))) return false;
      await this.#write(encodeResponseHead(response.status, response.headers));
      await this.#hand(response.hijack);
      return false;
    }
    const again = keepsAlive(head) && (body.done || body.begun || head.headers["expect"] === undefined);
    await this.#send(response, head, again);
    answered.is = true;
    if (!again) return false;
    return body.done || (await body.drain(drainLimit).catch(() => false));
  }

  /** While a request that is all there is answered, the end of the input means that the client has gone. */
  async #watch(gone: AbortController, answered: { readonly is: boolean }): Promise<void> {
    try {
      while (this.#reader.buffered < readAheadLimit && !answered.is)
        if (!(await this.#reader.fill())) {
          if (!answered.is) gone.abort();
          return;
        }
    } catch {
      gone.abort();
    }
  }

  async #hand(hijack: NonNullable<HttpResponse["hijack"]>): Promise<void> {
    const writer = this.#writer;
    const writable = new WritableStream<Uint8Array>({
      write: (bytes) => this.#write(bytes),
      close: () => writer.close(),
      abort: (reason) => writer.abort(reason),
    });
    await hijack({ readable: this.#reader.rest(), writable });
  }

  async #send(response: HttpResponse, head: RequestHead, again: boolean): Promise<void> {
    const { status, body } = response;
    const bodiless = status === 204 || status === 304 || status < 200;
    const chunked = body !== null && !(body instanceof Uint8Array) && head.minor === 1;
    const length = body === null ? 0 : body instanceof Uint8Array ? body.length : undefined;
    await this.#write(
      encodeResponseHead(status, {
        ...response.headers,
        ...(bodiless || length === undefined ? {} : { "content-length": String(length) }),
        ...(chunked && !bodiless ? { "transfer-encoding": "chunked" } : {}),
        ...(again && !(length === undefined && !chunked) ? {} : { connection: "close" }),
      }),
    );
    if (body === null) return;
    if (bodiless || head.method === "HEAD") {
      if (!(body instanceof Uint8Array)) await body.cancel();
      return;
    }
    if (body instanceof Uint8Array) await this.#write(body);
    else await this.#stream(body, chunked);
  }

  async #stream(body: ReadableStream<Uint8Array>, chunked: boolean): Promise<void> {
    const reader = body.getReader();
    // A body that stands still must end with the connection as well.
    const cut = (): void => {
      void reader.cancel().catch(() => undefined);
    };
    this.#writer.closed.catch(cut);
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        await this.#write(chunked ? encodeChunk(value) : value);
      }
    } catch (error) {
      cut();
      throw error;
    }
    if (chunked) await this.#write(lastChunk);
    else await this.#writer.close();
  }

  async #write(bytes: Uint8Array): Promise<void> {
    await this.#writer.ready;
    if (bytes.length > 0) await this.#writer.write(bytes);
  }

  /** A message that cannot be read also hides where the next one begins. */
  async #refuse(error: unknown): Promise<false> {
    if (!(error instanceof HttpSyntaxError)) throw error;
    const body = encoder.encode(`${JSON.stringify({ message: error.message })}\n`);
    await this.#write(
      encodeResponseHead(error.status, {
        "content-type": "application/json",
        "content-length": String(body.length),
        connection: "close",
      }),
    );
    await this.#write(body);
    return false;
  }
}

/** The request's body; when it breaks off the client has gone. `atEnd` is called when all of it has been read. */
function watched(body: BodyReader, gone: AbortController, atEnd: () => void): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const bytes = await body.read();
          if (bytes !== undefined) controller.enqueue(bytes);
          else {
            controller.close();
            atEnd();
          }
        } catch (error) {
          gone.abort(error);
          controller.error(error);
        }
      },
    },
    { highWaterMark: 0 },
  );
}

function keepsAlive(head: RequestHead): boolean {
  const tokens = (head.headers["connection"] ?? "").toLowerCase().split(/\s*,\s*/);
  return head.minor === 1 ? !tokens.includes("close") : tokens.includes("keep-alive");
}
