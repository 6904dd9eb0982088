import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { request as nodeRequest } from "node:http";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Duplex, HttpHandler, HttpRequest } from "./message.ts";
import { serveConnection } from "./server.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

async function textOf(stream: ReadableStream<Uint8Array> | null): Promise<string> {
  let text = "";
  if (stream !== null) for await (const bytes of stream) text += decoder.decode(bytes, { stream: true });
  return text;
}

/** Answers with what it was asked; some paths do more. */
const echo: HttpHandler = async (request) => {
  const { method, target } = request;
  if (target === "/hijack" || target === "/upgrade")
    return {
      status: target === "/upgrade" ? 101 : 200,
      headers: {
        "content-type": "application/vnd.docker.raw-stream",
        ...(target === "/upgrade" ? { connection: "Upgrade", upgrade: "tcp" } : {}),
      },
      body: null,
      hijack: async ({ readable, writable }) => {
        const writer = writable.getWriter();
        for await (const bytes of readable) await writer.write(encoder.encode(decoder.decode(bytes).toUpperCase()));
        await writer.write(encoder.encode("BYE"));
        await writer.close();
      },
    };
  if (target === "/unread") return { status: 200, headers: {}, body: encoder.encode("unread") };
  if (target === "/none") return { status: 204, headers: {}, body: null };
  if (target === "/stream")
    return {
      status: 200,
      headers: { "content-type": "text/plain" },
      body: new ReadableStream<Uint8Array>({
        start(controller) {
          for (const part of ["one,", "", "two,", "three"]) controller.enqueue(encoder.encode(part));
          controller.close();
        },
      }),
    };
  const text = `${method} ${target} ${await textOf(request.body)}`;
  return { status: 200, headers: { "content-type": "text/plain" }, body: encoder.encode(text) };
};

function overBytes(parts: readonly Uint8Array[]): { connection: Duplex; sent: () => string } {
  let sent = "";
  return {
    connection: {
      readable: new ReadableStream<Uint8Array>({
        start(controller) {
          for (const part of parts) controller.enqueue(part);
          controller.close();
        },
      }),
      writable: new WritableStream<Uint8Array>({
        write(bytes) {
          sent += decoder.decode(bytes);
        },
      }),
    },
    sent: () => sent,
  };
}

async function answer(text: string, handler: HttpHandler = echo): Promise<string> {
  const { connection, sent } = overBytes([encoder.encode(text)]);
  await serveConnection(connection, handler);
  return sent();
}

const host = "Host: d\r\n";

describe("requests", () => {
  it("in a row on one connection are answered in order", async () => {
    const text = await answer(
      `GET /a HTTP/1.1\r\n${host}\r\nPOST /b HTTP/1.1\r\n${host}Content-Length: 3\r\n\r\nxyzGET /c HTTP/1.1\r\n${host}\r\n`,
    );
    expect(text.match(/(GET|POST) \/\w [a-z]*/g)).toEqual(["GET /a ", "POST /b xyz", "GET /c "]);
  });

  it("are read however the bytes are cut", async () => {
    const request = `POST /x HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n3;q=1\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: t\r\n\r\nGET /y HTTP/1.1\r\n${host}\r\n`;
    const bytes = encoder.encode(request);
    for (let size = 1; size < 20; size++) {
      const parts = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
        bytes.slice(i * size, (i + 1) * size),
      );
      const { connection, sent } = overBytes(parts);
      await serveConnection(connection, echo);
      expect(sent()).toContain("POST /x abcde");
      expect(sent()).toContain("GET /y ");
    }
  });

  it("whose body nobody reads do not disturb the next", async () => {
    const text = await answer(
      `POST /unread HTTP/1.1\r\n${host}Content-Length: 5\r\n\r\n12345GET /next HTTP/1.1\r\n${host}\r\n`,
    );
    expect(text).toContain("GET /next ");
  });

  it("with Expect get 100 Continue only when the body is wanted", async () => {
    const request = (path: string) =>
      `POST ${path} HTTP/1.1\r\n${host}Expect: 100-continue\r\nContent-Length: 2\r\n\r\nok`;
    expect(await answer(request("/wanted"))).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK/);
    expect(await answer(request("/unread"))).toMatch(/^HTTP\/1\.1 200 OK(?![^]*100 Continue)[^]*Connection: close/);
  });

  it.each([
    ["no request line", "nonsense\r\n\r\n", 400],
    ["no host", "GET / HTTP/1.1\r\n\r\n", 400],
    ["another protocol", `GET / HTTP/2.0\r\n${host}\r\n`, 505],
    ["a space before the colon", `GET / HTTP/1.1\r\n${host}Content-Length : 3\r\n\r\n`, 400],
    ["a folded header", `GET / HTTP/1.1\r\n${host}A: b\r\n c\r\n\r\n`, 400],
    ["two lengths", `POST / HTTP/1.1\r\n${host}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd`, 400],
    ["length and chunks", `POST / HTTP/1.1\r\n${host}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n`, 400],
    ["a length that is none", `POST / HTTP/1.1\r\n${host}Content-Length: +3\r\n\r\nabc`, 400],
    ["another encoding", `POST / HTTP/1.1\r\n${host}Transfer-Encoding: gzip, chunked\r\n\r\n`, 501],
    ["another expectation", `POST / HTTP/1.1\r\n${host}Expect: wonders\r\nContent-Length: 1\r\n\r\na`, 417],
    ["another method", `BREW / HTTP/1.1\r\n${host}\r\n`, 501],
    ["too long a line", `GET /${"a".repeat(20_000)} HTTP/1.1\r\n${host}\r\n`, 431],
    ["too many headers", `GET / HTTP/1.1\r\n${"A: b\r\n".repeat(300)}\r\n`, 431],
  ])("are refused for %s", async (_name, text, status) => {
    const answered = await answer(text);
    expect(answered).toMatch(new RegExp(`^HTTP/1\\.1 ${String(status)} `));
    expect(answered).toContain("Connection: close");
  });

  it("of any bytes are answered or refused, and never hang or throw", async () => {
    const piece = fc.oneof(
      fc.constantFrom(
        "GET / HTTP/1.1\r\n",
        "POST /hijack HTTP/1.0\r\n",
        host,
        "\r\n",
        "Content-Length: 5\r\n",
        "0\r\n\r\n",
      ),
      fc.constantFrom("Transfer-Encoding: chunked\r\n", "ffffffffff\r\n", "Expect: 100-continue\r\n", "\n", "\0"),
      fc.string({ maxLength: 10 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 12 }), fc.integer({ min: 1, max: 40 }), async (pieces, size) => {
        const bytes = encoder.encode(pieces.join(""));
        const parts = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
          bytes.slice(i * size, (i + 1) * size),
        );
        const { connection, sent } = overBytes(parts);
        await serveConnection(connection, echo);
        expect(sent()).toMatch(/^($|HTTP\/1\.1 )/);
      }),
      { numRuns: 400 },
    );
  });
});

describe("responses", () => {
  it("to HEAD have the head alone", async () => {
    expect(await answer(`HEAD /h HTTP/1.1\r\n${host}\r\n`)).toMatch(/Content-Length: 8\r\n\r\n$/);
  });

  it("of 204 have no length", async () => {
    expect(await answer(`GET /none HTTP/1.1\r\n${host}\r\n`)).toBe("HTTP/1.1 204 No Content\r\n\r\n");
  });

  it("to HTTP/1.0 end with the connection", async () => {
    expect(await answer("GET /stream HTTP/1.0\r\n\r\nGET /more HTTP/1.0\r\n\r\n")).toMatch(
      /Connection: close\r\n\r\none,two,three$/,
    );
  });

  it("that break off are cut, not ended", async () => {
    const broken: HttpHandler = async () => ({
      status: 200,
      headers: {},
      body: new ReadableStream<Uint8Array>({
        pull(controller) {
          controller.error(new Error("gone"));
        },
      }),
    });
    expect(await answer(`GET / HTTP/1.1\r\n${host}\r\n`, broken)).not.toContain("0\r\n\r\n");
  });
});

describe("a client that goes away", () => {
  it("aborts its request", async () => {
    const toServer = new TransformStream<Uint8Array, Uint8Array>();
    let seen: HttpRequest | undefined;
    const waiting: HttpHandler = (request) =>
      new Promise((resolve) => {
        seen = request;
        request.signal.addEventListener("abort", () => {
          resolve({ status: 204, headers: {}, body: null });
        });
      });
    const served = serveConnection(
      { readable: toServer.readable, writable: new WritableStream<Uint8Array>({}) },
      waiting,
    );
    const writer = toServer.writable.getWriter();
    await writer.write(encoder.encode(`GET /events HTTP/1.1\r\n${host}\r\n`));
    await writer.close();
    await served;
    expect(seen?.signal.aborted).toBe(true);
  });
});

/** Not Readable.toWeb: that one sees the end of a socket only when both its directions have ended. */
function duplexOf(socket: Socket): Duplex {
  return {
    readable: new ReadableStream<Uint8Array>({
      start(controller) {
        socket.on("data", (bytes: Buffer) => {
          controller.enqueue(new Uint8Array(bytes));
        });
        socket.on("end", () => {
          controller.close();
        });
      },
      cancel() {
        socket.removeAllListeners("data").removeAllListeners("end").resume();
      },
    }),
    writable: new WritableStream<Uint8Array>({
      write: (bytes) => new Promise((resolve) => socket.write(bytes, () => resolve())),
      close: () => new Promise((resolve) => socket.end(resolve)),
    }),
  };
}

describe("on a socket", () => {
  const folder = mkdtempSync(join(tmpdir(), "http-"));
  const path = join(folder, "d.sock");
  const sockets = new Set<Socket>();
  let server: Server;
  beforeAll(async () => {
    server = createServer({ allowHalfOpen: true }, (socket) => {
      sockets.add(socket);
      socket.on("error", () => undefined);
      void serveConnection(duplexOf(socket), echo).then(() => socket.destroy());
    });
    await new Promise<void>((resolve) => server.listen(path, resolve));
  });
  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
    rmSync(folder, { recursive: true });
  });

  it("curl gets streams and keeps the connection", async () => {
    const { stdout } = await promisify(execFile)("curl", [
      "-sv",
      "--stderr",
      "-",
      "--unix-socket",
      path,
      "http://d/stream",
      "http://d/second",
    ]);
    expect(stdout).toContain("one,two,three");
    expect(stdout).toContain("GET /second ");
    expect(stdout).toMatch(/Re-?using existing/i);
  });

  it.each([
    ["/upgrade", 101],
    ["/hijack", 200],
  ])("%s gives a raw connection that can be half-closed", async (target, status) => {
    const { createConnection } = await import("node:net");
    const socket = createConnection({ path, allowHalfOpen: true });
    socket.write(`POST ${target} HTTP/1.1\r\nHost: d\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nhello `);
    let text = "";
    let ended = false;
    socket.on("data", (bytes) => {
      text += bytes.toString();
      if (text.includes("HELLO") && !ended) {
        ended = true;
        socket.end("world");
      }
    });
    await new Promise((resolve) => socket.on("end", resolve));
    expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${String(status)} [^]*\r\n\r\nHELLO WORLDBYE$`));
  });

  it("Node's own client sends chunks and reads the answer", async () => {
    const text = await new Promise<string>((resolve, reject) => {
      const request = nodeRequest({ socketPath: path, path: "/put", method: "PUT" }, (response) => {
        let body = "";
        response.on("data", (bytes: Buffer) => (body += bytes.toString()));
        response.on("end", () => {
          resolve(body);
        });
      });
      request.on("error", reject);
      request.write("chunk one ");
      request.end("chunk two");
    });
    expect(text).toBe("PUT /put chunk one chunk two");
  });
});
