import { createServer, type Server, type Socket } from "node:net";
import type { Duplex, HttpHandler } from "../http/message.ts";
import { serveConnection } from "../http/server.ts";

/** HTTP on a socket of Node before a handler. Half-open, so that a client's end of input leaves its output alone. */
export function socketServer(handler: HttpHandler): { readonly server: Server; readonly end: () => void } {
  const sockets = new Set<Socket>();
  const closing = new AbortController();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    // What an error breaks is told to whoever reads or writes.
    socket.on("error", () => undefined);
    void serveConnection(duplexOf(socket), handler, closing.signal).then(() => socket.destroy());
  });
  return {
    server,
    end() {
      closing.abort();
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function duplexOf(socket: Socket): Duplex {
  // Of the reading: at the socket's end, or when nobody reads any more.
  let over = false;
  return {
    readable: new ReadableStream<Uint8Array>({
      start(controller) {
        const end = () => {
          if (!over) controller.close();
          over = true;
        };
        socket.on("data", (bytes: Buffer) => {
          if (over) return;
          controller.enqueue(new Uint8Array(bytes));
          if ((controller.desiredSize ?? 0) <= 0) socket.pause();
        });
        socket.once("end", end);
        socket.once("close", end);
      },
      pull() {
        socket.resume();
      },
      cancel() {
        over = true;
        socket.removeAllListeners("data").resume();
      },
    }),
    writable: new WritableStream<Uint8Array>({
      write: (bytes) =>
        new Promise((resolve, reject) => {
          if (socket.destroyed) reject(new Error("the connection is closed"));
          else socket.write(bytes, (error) => (error ? reject(error) : resolve()));
        }),
      close: () => new Promise((resolve) => socket.end(resolve)),
      abort: () => void socket.destroy(),
    }),
  };
}
