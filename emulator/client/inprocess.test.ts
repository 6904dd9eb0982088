import { describe, expect, it } from "vitest";
import type { HttpHandler } from "../http/message.ts";
import * as containers from "./container.ts";
import { filtersParameter, readText, segment, type Engine } from "./engine.ts";
import { EngineError } from "./error.ts";
import { inProcess } from "./inprocess.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const engineOf = (handler: HttpHandler): Engine => ({ transport: inProcess(handler) });

describe("inProcess", () => {
  it("hands the request over and the answer back", async () => {
    const engine = engineOf(async (request) => ({
      status: 200,
      headers: {},
      body: encode(JSON.stringify([{ Id: request.target }])),
    }));
    expect(await containers.list(engine, { all: true, filters: { name: ["a"] } })).toEqual([
      { Id: "/v1.45/containers/json?all=1&filters=%7B%22name%22%3A%7B%22a%22%3Atrue%7D%7D" },
    ]);
  });

  it("turns an error answer into EngineError", async () => {
    const engine = engineOf(async () => ({
      status: 404,
      headers: {},
      body: encode('{"message":"No such container: x"}'),
    }));
    const failure = containers.inspect(engine, "x");
    await expect(failure).rejects.toThrow(EngineError);
    await expect(failure).rejects.toMatchObject({ status: 404, message: "No such container: x" });
  });

  it("joins the two directions of a hijacked connection, with a half-close", async () => {
    const engine = engineOf(async (request) => {
      expect(request.headers["upgrade"]).toBe("tcp");
      return {
        status: 101,
        headers: {},
        body: null,
        async hijack({ readable, writable }) {
          const text = await readText(readable);
          const writer = writable.getWriter();
          await writer.write(encode(text.toUpperCase()));
          await writer.close();
        },
      };
    });
    const connection = await containers.attach(engine, "x", { stream: true, stdin: true, stdout: true });
    const writer = connection.writable.getWriter();
    await writer.write(encode("hello"));
    await writer.close();
    expect(await readText(connection.readable)).toBe("HELLO");
  });

  it("refuses to hijack what answers with an error", async () => {
    const engine = engineOf(async () => ({ status: 409, headers: {}, body: encode('{"message":"paused"}') }));
    await expect(containers.attach(engine, "x", {})).rejects.toMatchObject({ status: 409, message: "paused" });
  });

  it("ends the server's work when the body is cancelled", async () => {
    let ended: unknown;
    const engine = engineOf(async ({ signal }) => {
      signal.addEventListener("abort", () => (ended = signal.reason));
      return { status: 200, headers: {}, body: new ReadableStream<Uint8Array>() };
    });
    const body = await containers.logs(engine, "x", { stdout: true, stderr: true, follow: true });
    await body.cancel("enough");
    expect(ended).toBe("enough");
  });

  it("ends a body that stands still when the caller's signal aborts", async () => {
    const abort = new AbortController();
    const transport = inProcess(async () => ({ status: 200, headers: {}, body: new ReadableStream<Uint8Array>() }));
    const body = await containers.logs({ transport, signal: abort.signal }, "x", { stdout: true, stderr: true });
    const read = readText(body);
    abort.abort(new Error("SIGINT"));
    await expect(read).rejects.toThrow("SIGINT");
  });
});

describe("requests", () => {
  it("write filters as sets", () => {
    expect(filtersParameter({ label: ["a", "b=c"] })).toBe('{"label":{"a":true,"b=c":true}}');
    expect(filtersParameter({})).toBeUndefined();
  });

  it("keep the slashes of names", () => expect(segment("a/b:c?d")).toBe("a/b%3Ac%3Fd"));
});
