import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Readable, Writable, type Duplex as NodeDuplex } from "node:stream";
import { finished } from "node:stream/promises";
import type { Duplex, HttpHandler, HttpRequest, HttpResponse } from "../http/message.ts";

const methods = ["GET", "POST", "PUT", "DELETE", "HEAD"] as const;

/** An HTTP server of Node before a handler, with hijacked connections. The caller listens and closes. */
export function nodeServer(handler: HttpHandler): Server {
  const server = createServer({ keepAliveTimeout: 30_000, requestTimeout: 0 }, (request, response) => {
    void respond(handler, request, response);
  });
  server.on("upgrade", (request: IncomingMessage, socket: NodeDuplex, head: Buffer) => {
    // Bytes after the head belong to the body where one is announced, and to the raw stream otherwise.
    const length = Number(request.headers["content-length"] ?? 0);
    if (head.length > 0) socket.unshift(head);
    void upgrade(handler, request, socket, length);
  });
  return server;
}

function toRequest(
  request: IncomingMessage,
  body: ReadableStream<Uint8Array> | null,
  signal: AbortSignal,
): HttpRequest | undefined {
  const method = methods.find((m) => m === request.method);
  if (method === undefined) return undefined;
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? (value.at(-1) ?? "") : (value ?? ""),
    ]),
  );
  return { method, target: request.url ?? "/", headers, body, signal };
}

async function respond(handler: HttpHandler, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const gone = new AbortController();
  outgoing.on("close", () => gone.abort());
  const hasBody =
    incoming.headers["transfer-encoding"] !== undefined || Number(incoming.headers["content-length"] ?? 0) > 0;
  const request = toRequest(
    incoming,
    hasBody ? (Readable.toWeb(incoming) as unknown as ReadableStream<Uint8Array>) : null,
    gone.signal,
  );
  if (request === undefined) {
    outgoing.writeHead(405).end();
    return;
  }
  const response = await handler(request);
  try {
    if (response.hijack !== undefined) {
      // The old way without Upgrade headers: the connection turns raw after a head without a length.
      const socket = incoming.socket;
      outgoing.shouldKeepAlive = false;
      socket.write(head(response));
      outgoing.detachSocket(socket);
      await response.hijack(duplex(socket));
      socket.end();
      return;
    }
    outgoing.writeHead(response.status, { ...response.headers });
    if (response.body === null) outgoing.end();
    else if (response.body instanceof Uint8Array) outgoing.end(response.body);
    else {
      outgoing.flushHeaders();
      await response.body.pipeTo(Writable.toWeb(outgoing) as unknown as WritableStream<Uint8Array>);
    }
  } catch {
    // The head has left: all that can still be said is that the connection broke.
    outgoing.destroy();
  }
}

async function upgrade(
  handler: HttpHandler,
  incoming: IncomingMessage,
  socket: NodeDuplex,
  length: number,
): Promise<void> {
  const gone = new AbortController();
  socket.on("close", () => gone.abort());
  socket.on("error", () => gone.abort());
  const body = length > 0 ? await take(socket, length) : undefined;
  const request = toRequest(incoming, body === undefined ? null : once(body), gone.signal);
  if (request === undefined) {
    socket.end("HTTP/1.1 405 Method Not Allowed\r\n\r\n");
    return;
  }
  const response = await handler(request);
  try {
    socket.write(head(response));
    if (response.hijack !== undefined) await response.hijack(duplex(socket));
    else if (response.body instanceof Uint8Array) socket.write(response.body);
    else if (response.body !== null) for await (const chunk of response.body) socket.write(chunk);
    socket.end();
    await finished(socket, { readable: false });
  } catch {
    socket.destroy();
  }
}

const reasons: Readonly<Record<number, string>> = {
  101: "UPGRADED",
  200: "OK",
  400: "Bad Request",
  404: "Not Found",
  409: "Conflict",
  500: "Internal Server Error",
};

function head(response: HttpResponse): string {
  const fields = Object.entries(response.headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const length =
    response.hijack === undefined && response.body instanceof Uint8Array
      ? `content-length: ${response.body.byteLength}\r\n`
      : "";
  return `HTTP/1.1 ${response.status} ${reasons[response.status] ?? "Status"}\r\n${fields.join("")}${length}\r\n`;
}

function duplex(socket: NodeDuplex): Duplex {
  const pair = { readable: Readable.toWeb(socket), writable: Writable.toWeb(socket) };
  return pair as unknown as Duplex;
}

async function take(socket: NodeDuplex, length: number): Promise<Uint8Array> {
  for (;;) {
    const chunk = socket.read(length) as Buffer | null;
    if (chunk !== null) {
      if (chunk.length <= length) return new Uint8Array(chunk);
      socket.unshift(chunk.subarray(length));
      return new Uint8Array(chunk.subarray(0, length));
    }
    if (socket.destroyed || socket.readableEnded) return new Uint8Array();
    await new Promise((resolve) => {
      socket.once("readable", resolve);
      socket.once("close", resolve);
    });
  }
}

function once(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  });
}
