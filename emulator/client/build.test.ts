import { describe, expect, it } from "vitest";
import { build, output, solve, type BuildMessage } from "./build.ts";
import type { Engine } from "./engine.ts";
import { EngineError, MalformedResponse } from "./error.ts";
import { inProcess, type HttpRequest } from "./inprocess.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function engineOf(body: string, status = 200): { readonly engine: Engine; readonly seen: HttpRequest[] } {
  const seen: HttpRequest[] = [];
  const transport = inProcess((request) => {
    seen.push(request);
    return Promise.resolve({ status, headers: {}, body: bytes(body) });
  });
  return { engine: { transport }, seen };
}

const context = (): ReadableStream<Uint8Array> =>
  new ReadableStream<Uint8Array>({ start: (controller) => controller.close() });

async function messagesOf(...lines: readonly object[]): Promise<BuildMessage[]> {
  const { engine } = engineOf(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  const found: BuildMessage[] = [];
  for await (const message of await solve(engine, context(), {})) found.push(message);
  return found;
}

describe("a build over the Engine API", () => {
  it("asks as the API names things", async () => {
    const { engine, seen } = engineOf("");
    await solve(engine, context(), {
      t: ["a", "b:1"],
      nocache: true,
      rm: false,
      extrahosts: ["a:1.2.3.4", "b:::1"],
      labels: { x: "y z" },
      buildargs: {},
      outputs: [{ type: "local", attrs: {} }],
      nocachestages: ["one", "two"],
      secrets: { id: bytes("ü") },
    });
    await build(engine, context(), { q: true, buildargs: { A: null }, extrahosts: ["a:1", "b:2"] });
    const [first, second] = seen.map(({ target }) => new URLSearchParams(target.split("?")[1]));
    expect([...(first ?? [])]).toEqual([
      ["version", "2"],
      ["t", "a"],
      ["t", "b:1"],
      ["nocache", "1"],
      ["rm", "0"],
      ["labels", '{"x":"y z"}'],
      ["extrahosts", "a:1.2.3.4,b:::1"],
      ["outputs", '[{"type":"local","attrs":{}}]'],
      ["nocachestages", "one,two"],
    ]);
    expect(JSON.parse(atob(seen[0]?.headers["x-build-secrets"] ?? ""))).toEqual({ id: "w7w=" });
    expect([...(second ?? [])]).toEqual([
      ["version", "1"],
      ["q", "1"],
      ["buildargs", '{"A":null}'],
      ["extrahosts", "a:1"],
      ["extrahosts", "b:2"],
    ]);
    expect(seen[1]?.headers["x-build-secrets"]).toBeUndefined();
  });

  it("tells steps, results and failures, and passes over what it does not know", async () => {
    const status = { vertexes: [{ digest: "sha256:1", name: "a", cached: true, more: 1 }] };
    const source = { filename: "Dockerfile", data: "FROM x", start: 1 };
    const messages = await messagesOf(
      { id: "moby.buildkit.trace", aux: status },
      { stream: "text" },
      { id: "moby.image.id", aux: { ID: "sha256:2" } },
      { id: "drydock.output", aux: "token" },
      { error: "short", errorDetail: { message: "long", code: 7, source } },
      { error: "plain", errorDetail: { message: "plain", source: { filename: 1 } } },
    );
    expect(messages).toEqual([
      {
        kind: "status",
        status: { vertexes: [{ digest: "sha256:1", name: "a", cached: true }], statuses: [], logs: [], warnings: [] },
        raw: status,
      },
      { kind: "image", id: "sha256:2" },
      { kind: "output", token: "token" },
      { kind: "failure", failure: { message: "long", code: 7, source: { ...source, end: 1 } } },
      { kind: "failure", failure: { message: "plain", code: undefined, source: undefined } },
    ]);
  });

  it.each([
    { vertexes: {} },
    { vertexes: [{ name: "no digest" }] },
    { statuses: [{ id: "x", vertex: "y", current: "1", timestamp: "" }] },
    { logs: [{ vertex: "x", data: 1, timestamp: "" }] },
    { warnings: [{ vertex: "x", range: [{ start: {} }] }] },
  ])("refuses %j", async (aux) => {
    await expect(messagesOf({ id: "moby.buildkit.trace", aux })).rejects.toBeInstanceOf(MalformedResponse);
  });

  it("rejects with what the engine refuses", async () => {
    const { engine } = engineOf('{"message":"no such build output: x"}', 404);
    await expect(output(engine, "x")).rejects.toEqual(new EngineError(404, "no such build output: x"));
  });
});
