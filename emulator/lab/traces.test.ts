import { describe, expect, it } from "vitest";
import type { ClientRequest, Transport } from "../client/transport.ts";
import type { EngineEvent } from "../engine/events.ts";
import type { ContainerStep } from "../engine/steps.ts";
import { Traces } from "./traces.ts";

const [a, b] = ["a".repeat(64), "b".repeat(64)];
const encoder = new TextEncoder();

/** Answers when it is told to; the body ends when it was read. */
class Answering implements Transport {
  readonly #waiting = new Map<string, (status: number, text: string) => void>();

  request({ target }: ClientRequest) {
    return new Promise<Awaited<ReturnType<Transport["request"]>>>((resolve) =>
      this.#waiting.set(target, (status, text) =>
        resolve({ status, headers: {}, body: new Blob([encoder.encode(text)]).stream() }),
      ),
    );
  }

  hijack(): never {
    throw Object.assign(new Error("No such container: nobody"), { status: 404 });
  }

  answer(target: string, status = 200, text = "{}"): void {
    this.#waiting.get(target)?.(status, text);
  }
}

let now = 1000;
const start = () => ({ traces: new Traces(() => now++), transport: new Answering() });
const post = (target: string, body?: string): ClientRequest => ({
  method: "POST",
  target,
  headers: { "X-Registry-Auth": "c2VjcmV0" },
  ...(body === undefined ? {} : { body: encoder.encode(body) }),
});
const step = (traces: Traces, name: ContainerStep["name"], id: string, container = id.slice(0, 1), exec?: string) =>
  traces.onStep({ name, container: { id, name: container }, ...(exec === undefined ? {} : { exec }) });
const names = (traces: Traces) =>
  traces.all().map(({ steps }) => steps.map(({ name, container }) => `${name} ${container}`));
const event = (action: string, id: string, name: string): EngineEvent => ({
  Type: "container",
  Action: action,
  Actor: { ID: id, Attributes: { name } },
  scope: "local",
  time: now / 1000,
  timeNano: now * 1e6,
});

describe("what a call of docker did", () => {
  it("is noted with its answer's end, its refusal, and no header", async () => {
    const { traces, transport } = start();
    const call = traces.begin(["start", "nobody"], "/root", transport);
    const asked = call.transport.request(post("/v1.47/containers/nobody/start", '{"a":1}'));
    expect(traces.get(1)?.requests[0]).not.toHaveProperty("answeredAt");
    transport.answer("/v1.47/containers/nobody/start", 404, '{"message":"No such container: nobody"}');
    const { body } = await asked;
    expect(traces.get(1)?.requests[0]).toMatchObject({ status: 404, sent: "json", whole: true });
    expect(traces.get(1)?.requests[0]).not.toHaveProperty("endedAt");
    await new Response(body).text();
    expect(traces.get(1)?.requests[0]).toMatchObject({
      message: "No such container: nobody",
      target: "/containers/nobody/start",
    });
    expect(traces.get(1)?.requests[0]).toHaveProperty("endedAt");
    await expect(async () => call.transport.hijack(post("/containers/nobody/attach"))).rejects.toThrow("No such");
    expect(traces.get(1)?.requests[1]).toMatchObject({ status: 404, hijack: true });
    expect(JSON.stringify(traces.all())).not.toContain("c2VjcmV0");
  });

  it("has what a stream told at its end", async () => {
    const { traces, transport } = start();
    const call = traces.begin(["pull", "nope"], "/root", transport);
    const asked = call.transport.request(post("/images/create?fromImage=nope"));
    transport.answer("/images/create?fromImage=nope", 200, '{"status":"Pulling"}\n{"error":"manifest unknown"}\n');
    await new Response((await asked).body).text();
    expect(traces.get(1)?.requests[0]?.message).toBe("manifest unknown");
  });

  it("is told apart of two that make a container at once", async () => {
    const { traces, transport } = start();
    const one = traces.begin(["run", "x"], "/root", transport);
    const two = traces.begin(["run", "y"], "/root", new Answering());
    void one.transport.request(post("/containers/create"));
    void two.transport.request(post("/containers/create"));
    const end = step(traces, "layers", b);
    step(traces, "layers", a);
    expect(names(traces)).toEqual([[], []]);
    void two.transport.request(post(`/containers/${b}/start`));
    void one.transport.request(post(`/containers/${a}/start`));
    expect(names(traces)).toEqual([["layers a"], ["layers b"]]);
    end({});
    expect(traces.get(2)?.steps[0]).toHaveProperty("doneAt");
  });

  it("belongs to the request that was made last for the container, by id, part of it, or name", () => {
    const { traces, transport } = start();
    const run = traces.begin(["run", "x"], "/root", transport);
    void run.transport.request(post(`/containers/${a}/wait`));
    step(traces, "start", a, "web");
    const stop = traces.begin(["stop", "web"], "/root", transport);
    void stop.transport.request(post("/containers/web/stop"));
    step(traces, "signal", a, "web");
    const other = traces.begin(["stop", "bb"], "/root", transport);
    void other.transport.request(post("/containers/bb/stop"));
    step(traces, "signal", b, "db");
    step(traces, "signal", "c".repeat(64), "nobody's");
    expect(names(traces)).toEqual([["start web"], ["signal web"], ["signal db"]]);
    traces.onEvent(event("die", a, "web"));
    expect(traces.all().map(({ events }) => events.map(({ action }) => action))).toEqual([["die"], ["die"], []]);
    stop.end(0);
    traces.onEvent(event("destroy", a, "web"));
    expect(traces.all().map(({ events }) => events.length)).toEqual([2, 1, 0]);
  });

  it("of an exec and of a build is theirs alone", () => {
    const { traces, transport } = start();
    const exec = traces.begin(["exec", "web", "true"], "/root", transport);
    void exec.transport.request(post("/exec/e1/start"));
    const build = traces.begin(["build", "."], "/root", transport);
    void build.transport.request(post("/build?t=x"));
    step(traces, "exec", a, "web", "e1");
    step(traces, "exec", a, "web", "probe");
    traces.onStep({ name: "start", container: { id: b, name: "step", build: { hidden: true } } });
    expect(names(traces)).toEqual([["exec web"], ["start step"]]);
  });

  it("has the layers that are pulled for it", () => {
    const { traces, transport } = start();
    const pull = traces.begin(["pull", "nginx"], "/root", transport);
    void pull.transport.request(post("/images/create?fromImage=nginx"));
    traces.onStep({ name: "download", layer: { digest: `sha256:${a}`, size: 77 } })({});
    expect(traces.get(1)?.steps).toMatchObject([{ name: "download", id: `sha256:${a}`, container: "", size: 77 }]);
  });

  it("is bounded", () => {
    const { traces, transport } = start();
    for (let i = 0; i < 25; i++) traces.begin(["ps", String(i)], "/root", transport);
    expect(traces.all().map(({ number }) => number)).toEqual(Array.from({ length: 20 }, (_, i) => i + 6));
    const last = traces.begin(["events"], "/root", transport);
    for (let i = 0; i < 70; i++) void last.transport.request(post(`/containers/x${String(i)}/start`));
    expect(traces.get(26)).toMatchObject({ omitted: 10 });
    expect(traces.get(26)?.requests).toHaveLength(60);
  });
});
