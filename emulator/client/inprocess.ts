import type { Duplex, HttpHandler, HttpRequest, HttpResponse } from "../http/message.ts";
import { errorOf } from "./engine.ts";
import { MalformedResponse } from "./error.ts";
import type { ClientRequest, ClientResponse, HijackedConnection, Transport } from "./transport.ts";

/** What a server of the same thread is made of. */
export type { Duplex, HttpHandler, HttpRequest, HttpResponse };

/** A transport that calls an HTTP handler of the same thread; bytes are handed over, never copied. */
export function inProcess(handler: HttpHandler): Transport {
  return {
    async request(request) {
      const gone = new AbortController();
      const response = await handler(toHttp(request, request.headers ?? {}, gone));
      return { status: response.status, headers: response.headers, body: bodyOf(response, gone) };
    },
    async hijack(request) {
      const gone = new AbortController();
      const headers = { ...request.headers, connection: "Upgrade", upgrade: "tcp" };
      const response = await handler(toHttp(request, headers, gone));
      if (response.hijack === undefined) return refuse(request, response, gone);
      return open(response, response.hijack, gone);
    },
  };
}

function toHttp(request: ClientRequest, headers: HttpRequest["headers"], gone: AbortController): HttpRequest {
  request.signal?.throwIfAborted();
  request.signal?.addEventListener("abort", () => gone.abort(request.signal?.reason), { once: true });
  const body = request.body instanceof Uint8Array ? once(request.body) : (request.body ?? null);
  return { method: request.method, target: request.target, headers, body, signal: gone.signal };
}

function once(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    start(controller) {
      if (bytes.length > 0) controller.enqueue(bytes);
      controller.close();
    },
  });
}

/** Cancelling a body is the in-process form of closing the connection: it aborts the request. */
function bodyOf(response: HttpResponse, gone: AbortController): ReadableStream<Uint8Array> {
  if (response.body === null) return once(new Uint8Array());
  if (response.body instanceof Uint8Array) return once(response.body);
  return endWith(response.body, gone);
}

/** A stream that errors at once when the request is aborted, even while its source stands still. */
function endWith(source: ReadableStream<Uint8Array>, gone: AbortController): ReadableStream<Uint8Array> {
  const reader = source.getReader();
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        gone.signal.addEventListener("abort", () => {
          try {
            controller.error(gone.signal.reason);
          } catch {
            // Already closed: there is nothing left to end.
          }
          reader.cancel(gone.signal.reason).catch(() => undefined);
        });
      },
      async pull(controller) {
        const next = await reader.read();
        if (gone.signal.aborted) return;
        if (next.done) controller.close();
        else controller.enqueue(next.value);
      },
      async cancel(reason) {
        gone.abort(reason);
        await reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}

async function refuse(request: ClientRequest, response: HttpResponse, gone: AbortController): Promise<never> {
  const body = bodyOf(response, gone);
  const plain: ClientResponse = { status: response.status, headers: response.headers, body };
  if (response.status >= 400) throw await errorOf(plain, `${request.method} ${request.target}`);
  await body.cancel();
  throw new MalformedResponse(`unable to upgrade to tcp, received ${response.status}`);
}

function open(
  response: HttpResponse,
  serve: (connection: Duplex) => Promise<void>,
  gone: AbortController,
): HijackedConnection {
  const toServer = pipe();
  const toClient = pipe();
  serve({ readable: toServer.readable, writable: toClient.writable }).catch((error: unknown) => gone.abort(error));
  return { headers: response.headers, readable: endWith(toClient.readable, gone), writable: toServer.writable };
}

function pipe(): Duplex {
  return new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      controller.enqueue(chunk);
    },
  });
}
