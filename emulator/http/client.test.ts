import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HttpSyntaxError } from "./byte-reader.ts";
import { exchange } from "./client.ts";
import type { Duplex, HttpHandler } from "./message.ts";
import { serveConnection } from "./server.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

async function textOf(stream: ReadableStream<Uint8Array>): Promise<string> {
  let text = "";
  for await (const bytes of stream) text += decoder.decode(bytes, { stream: true });
  return text;
}

function answering(text: string | Uint8Array): Duplex {
  return {
    readable: new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(typeof text === "string" ? encoder.encode(text) : text);
        controller.close();
      },
    }),
    writable: new WritableStream<Uint8Array>({}),
  };
}

const get = { method: "GET", target: "/", headers: {} };

/** A client's and a server's end of one connection. */
function pair(handler: HttpHandler): Duplex {
  const up = new TransformStream<Uint8Array, Uint8Array>();
  const down = new TransformStream<Uint8Array, Uint8Array>();
  void serveConnection({ readable: up.readable, writable: down.writable }, handler);
  return { readable: down.readable, writable: up.writable };
}

describe("exchange", () => {
  it.each([
    ["counted", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"],
    ["chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"],
    ["to the end", "HTTP/1.0 200 OK\r\n\r\nhello"],
    ["after 100", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200\r\nContent-Length: 5\r\n\r\nhello"],
  ])("reads a body %s", async (_name, text) => {
    const { status, body } = await exchange(answering(text), get);
    expect([status, await textOf(body)]).toEqual([200, "hello"]);
  });

  it("keeps every Set-Cookie", async () => {
    const text = "HTTP/1.1 204 No Content\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n\r\n";
    const { fields } = await exchange(answering(text), get);
    expect(fields).toEqual([
      ["set-cookie", "a=1"],
      ["set-cookie", "b=2"],
    ]);
  });

  it("a body that breaks off is an error", async () => {
    const { body } = await exchange(answering("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello"), get);
    await expect(textOf(body)).rejects.toBeInstanceOf(HttpSyntaxError);
  });

  it("of any bytes ends in a response or an HttpSyntaxError", async () => {
    const piece = fc.constantFrom(
      "HTTP/1.1 200 OK\r\n",
      "HTTP/1.1 101 X\r\n",
      "Content-Length: 3\r\n",
      "\r\n",
      "abc",
      "1\r\n",
      "\0",
      "Transfer-Encoding: chunked\r\n",
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(piece, fc.string({ maxLength: 6 })), { maxLength: 10 }), async (pieces) => {
        try {
          const { body } = await exchange(answering(pieces.join("")), get);
          await textOf(body);
        } catch (error) {
          expect(error).toBeInstanceOf(HttpSyntaxError);
        }
      }),
      { numRuns: 400 },
    );
  });

  it("and the server understand each other, streams both ways", async () => {
    const connection = pair(async (request) => ({
      status: 200,
      headers: {},
      body: request.body,
    }));
    const parts = ["a", "", "bc", "d".repeat(70_000)];
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const part of parts) controller.enqueue(encoder.encode(part));
        controller.close();
      },
    });
    const response = await exchange(connection, { method: "POST", target: "/x", headers: {}, body });
    expect(await textOf(response.body)).toBe(parts.join(""));
  });

  it("upgrades", async () => {
    const connection = pair(async () => ({
      status: 101,
      headers: { connection: "Upgrade", upgrade: "tcp" },
      body: null,
      hijack: async ({ readable, writable }) => {
        await readable.pipeTo(writable);
      },
    }));
    const { upgraded } = await exchange(connection, { ...get, headers: { connection: "Upgrade", upgrade: "tcp" } });
    if (upgraded === undefined) throw new Error("not upgraded");
    const writer = upgraded.writable.getWriter();
    await writer.write(encoder.encode("echo"));
    await writer.close();
    expect(await textOf(upgraded.readable)).toBe("echo");
  });
});
