import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { tarHeader } from "../../image/tar/entry.ts";
import { readTar } from "../../image/tar/read.ts";
import { writeTar } from "../../image/tar/write.ts";
import type { BuildRecord, SolveStatus, Vertex } from "../../spec/build.ts";
import { EngineApi, bodyBytes } from "../testing/api.ts";
import { eventually } from "../testing/eventually.ts";

let api: EngineApi;
beforeEach(async () => {
  api = await EngineApi.start();
});
afterEach(async () => {
  await api.engine.settled();
  expect(api.world.reported).toEqual([]);
  await api.engine.close();
});

const bytes = (text: string) => new TextEncoder().encode(text);
const context = (dockerfile: string, files: Readonly<Record<string, string>> = {}, mtime = 1_700_000_000) =>
  writeTar(
    Object.entries({ Dockerfile: dockerfile, ...files }).map(([name, text]) => ({
      header: tarHeader(name, "file", { mtime }),
      content: bytes(text),
    })),
  );

interface Message {
  readonly id?: string;
  readonly aux?: unknown;
  readonly error?: string;
  readonly errorDetail?: { readonly code?: number; readonly source?: { readonly start: number } };
}

class Outcome {
  constructor(readonly messages: readonly Message[]) {}

  get statuses(): SolveStatus[] {
    return this.messages.filter(({ id }) => id === "moby.buildkit.trace").map(({ aux }) => aux as SolveStatus);
  }

  /** The last state of each vertex, in the order they began. */
  get vertexes(): Vertex[] {
    const last = new Map<string, Vertex>();
    for (const { vertexes = [] } of this.statuses)
      for (const vertex of vertexes) if (vertex.started !== undefined) last.set(vertex.digest, vertex);
    return [...last.values()];
  }

  /** `CACHED [2/2] RUN x`, of the steps alone. */
  get steps(): string[] {
    return this.vertexes
      .filter(({ name }) => /^\[(?!internal)/.test(name))
      .map(({ name, cached, error }) => `${error !== undefined ? "ERROR " : cached === true ? "CACHED " : ""}${name}`);
  }

  get output(): string {
    return this.statuses.flatMap(({ logs = [] }) => logs.map(({ data }) => atob(data))).join("");
  }

  get image(): string | undefined {
    const found = this.messages.find(({ id }) => id === "moby.image.id");
    return (found?.aux as { ID: string } | undefined)?.ID;
  }

  get error(): string | undefined {
    return this.messages.find(({ error }) => error !== undefined)?.error;
  }
}

async function build(tar: Uint8Array, query: Record<string, string> = {}, signal?: AbortSignal): Promise<Outcome> {
  const parameters = new URLSearchParams({ version: "2", t: "app", ...query });
  const response = await api.open("POST", `/build?${parameters.toString()}`, tar, signal);
  const text = new TextDecoder().decode(await bodyBytes(response));
  return new Outcome(text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Message])));
}

const run = async (image: string, ...command: string[]) => {
  const created = await api.post("/containers/create", {
    Image: image,
    ...(command.length > 0 ? { Cmd: command } : {}),
  });
  if (created.status !== 201) throw new Error(created.text);
  const id = String(created.json.Id);
  const attached = await api.hijack(`/containers/${id}/attach?stream=1&stdout=1&stderr=1`);
  await api.post(`/containers/${id}/start`);
  const { stdout } = await attached.output();
  await api.delete(`/containers/${id}?force=1`);
  return stdout;
};

const nothingLeft = async () => {
  await api.engine.settled();
  expect((await api.get("/containers/json?all=1")).json).toEqual([]);
  expect(api.world.runtime.keys).toEqual([]);
  expect(api.world.snapshotter.ids).toEqual([]);
};

describe("a build", () => {
  it("runs, copies, and configures; the second time all of it is cached", async () => {
    const tar = context(
      `FROM busybox
WORKDIR /app
COPY hello.txt .
RUN cat hello.txt > /made
ENV WHO=world
CMD ["cat", "/made"]
`,
      { "hello.txt": "hello\n" },
    );
    const first = await build(tar);
    expect(first.error).toBeUndefined();
    expect(first.steps).toEqual([
      "[1/4] FROM docker.io/library/busybox:latest",
      "[2/4] WORKDIR /app",
      "[3/4] COPY hello.txt .",
      "[4/4] RUN cat hello.txt > /made",
    ]);
    expect(await run("app")).toBe("hello\n");
    const history = (await api.get("/images/app/history")).json as { CreatedBy: string }[];
    expect(history.map(({ CreatedBy: text }) => text).slice(0, 5)).toEqual([
      'CMD ["cat" "/made"]',
      "ENV WHO=world",
      "RUN /bin/sh -c cat hello.txt > /made # buildkit",
      "COPY hello.txt . # buildkit",
      "WORKDIR /app",
    ]);
    const second = await build(tar);
    expect(second.steps.every((step) => step.startsWith("CACHED"))).toBe(true);
    expect(second.image).toBe(first.image);
    await nothingLeft();
  });

  it("hits for a touched file with equal content, and says which file changed otherwise", async () => {
    const dockerfile = "FROM busybox\nCOPY src /src\nRUN cat /src/a\n";
    await build(context(dockerfile, { "src/a": "one", "src/b": "two" }));
    const touched = await build(context(dockerfile, { "src/a": "one", "src/b": "two" }, 1_700_000_999));
    expect(touched.steps.every((step) => step.startsWith("CACHED"))).toBe(true);
    const changed = await build(context(dockerfile, { "src/a": "uno", "src/b": "two" }));
    expect(changed.steps.slice(1)).toEqual(["[2/3] COPY src /src", "[3/3] RUN cat /src/a"]);
    const record = api.engine.builds.all().at(-1) as BuildRecord;
    expect(record.stages[0]?.steps.map(({ state, because }) => [state, because])).toEqual([
      ["cached", undefined],
      ["done", "src/a changed"],
      ["done", "the step before it changed"],
    ]);
  });

  it("gives the same layers for the same inputs, without the cache too", async () => {
    const tar = context("FROM busybox\nWORKDIR /x\nCOPY a .\nRUN echo made > b\n", { a: "a" });
    const layers = async () => (await api.get("/images/app/json")).json.RootFS.Layers as string[];
    await build(tar);
    const first = await layers();
    const again = await build(tar, { nocache: "1" });
    expect(again.steps.filter((step) => step.startsWith("CACHED"))).toEqual([
      "CACHED [1/4] FROM docker.io/library/busybox:latest",
    ]);
    expect(await layers()).toEqual(first);
  });

  it("builds only the stages that the target needs, and each step once", async () => {
    const tar = context(`FROM busybox AS base
RUN echo base > /base
FROM base AS unused
RUN exit 1
FROM busybox AS twin
RUN echo base > /base
FROM scratch
COPY --from=base /base /one
COPY --from=twin /base /two
`);
    const outcome = await build(tar);
    expect(outcome.error).toBeUndefined();
    expect(outcome.steps).toContain("CACHED [twin 2/2] RUN echo base > /base");
    expect(outcome.steps.join("\n")).not.toContain("unused");
    const record = api.engine.builds.all().at(-1) as BuildRecord;
    expect(record.stages.map(({ used }) => used)).toEqual([true, false, true, true]);
    expect((await build(tar, { target: "nope" })).error).toBe(
      'failed to solve: target stage "nope" could not be found',
    );
  });

  it("a command that fails is the error, with the place, and leaves nothing behind", async () => {
    const outcome = await build(context("FROM busybox\nRUN echo before\nRUN echo why >&2; exit 3\nENV A=b\n"));
    expect(outcome.error).toBe(
      'failed to solve: process "/bin/sh -c echo why >&2; exit 3" did not complete successfully: exit code: 3',
    );
    const detail = outcome.messages.at(-1)?.errorDetail;
    expect([detail?.code, detail?.source?.start]).toEqual([3, 3]);
    expect(outcome.output).toBe("before\nwhy\n");
    const record = api.engine.builds.all().at(-1) as BuildRecord;
    expect(record.stages[0]?.steps.map(({ state }) => state)).toEqual(["done", "done", "failed", "canceled"]);
    expect((await api.get("/images/app/json")).status).toBe(404);
    await nothingLeft();
  });

  it("a client that goes ends the step that runs", async () => {
    const client = new AbortController();
    const building = build(context("FROM busybox\nRUN sleep 300\n"), {}, client.signal);
    building.catch(() => undefined);
    await eventually(async () => api.world.runtime.keys.length > 0);
    client.abort();
    await eventually(async () => api.engine.builds.all().at(-1)?.state === "canceled");
    await nothingLeft();
  });

  it("interrupted by a restore is canceled, and its container goes", async () => {
    const client = new AbortController();
    const building = build(context("FROM busybox\nRUN sleep 300\n"), {}, client.signal);
    building.catch(() => undefined);
    await eventually(async () => api.world.runtime.keys.length > 0);
    await eventually(async () => api.engine.state().containers[0]?.state.running === true);
    const before = api;
    api = await api.restored();
    await eventually(async () => api.world.runtime.keys.length === 0);
    await nothingLeft();
    expect(api.engine.builds.all().map(({ state }) => state)).toEqual(["canceled"]);
    client.abort();
    await before.engine.close();
  });

  it("hides the containers of its steps, and tells no events of them", async () => {
    const client = new AbortController();
    const building = build(context("FROM busybox\nRUN sleep 300\n"), {}, client.signal);
    building.catch(() => undefined);
    const seen: unknown[] = [];
    api.engine.events.subscribe((event) => seen.push(event));
    await eventually(async () => api.engine.state().containers[0]?.state.running === true);
    expect((await api.get("/containers/json?all=1")).json).toEqual([]);
    expect((await api.get("/info")).json.Containers).toBe(0);
    client.abort();
    await nothingLeft();
    expect(seen).toEqual([]);
  });

  it("expands arguments and variables where they are known", async () => {
    const tar = context(`ARG TAG=latest
FROM busybox:$TAG
ARG NAME=nobody
ARG TARGETARCH
ENV GREETING="hello \${NAME}"
RUN echo $GREETING $TARGETARCH > /g
CMD cat /g
`);
    const outcome = await build(tar, { buildargs: JSON.stringify({ NAME: "moon" }) });
    expect(outcome.error).toBeUndefined();
    expect(await run("app")).toBe("hello moon 386\n");
    const config = (await api.get("/images/app/json")).json.Config as { Env: string[] };
    expect(config.Env).toContain("GREETING=hello moon");
    expect(config.Env.join()).not.toContain("TARGETARCH");
  });

  it("mounts secrets and caches that are in no layer", async () => {
    const dockerfile = `FROM busybox
RUN --mount=type=secret,id=token --mount=type=cache,target=/cache cat /run/secrets/token && echo x > /cache/n && cat /cache/n
`;
    const parameters = new URLSearchParams({ version: "2", t: "app" });
    const secrets = btoa(JSON.stringify({ token: btoa("s3cret\n") }));
    const response = await api.engine.handle({
      method: "POST",
      target: `/v1.45/build?${parameters.toString()}`,
      headers: { "x-build-secrets": secrets },
      body: new Blob([context(dockerfile).slice()]).stream() as ReadableStream<Uint8Array>,
      signal: new AbortController().signal,
    });
    const text = new TextDecoder().decode(await bodyBytes(response));
    expect(text).toContain(btoa("s3cret\n"));
    const [top = ""] = ((await api.get("/images/app/json")).json.RootFS.Layers as string[]).slice(-1);
    const names = [...readTar(await api.world.content.getLayer(top))].map(({ name }) => name);
    expect(names.filter((name) => name.includes("secret") || name.includes("cache"))).toEqual([]);
    const usage = (await api.get("/system/df?type=build-cache")).json.BuildCache as { Type: string }[];
    expect(usage.map(({ Type }) => Type)).toContain("exec.cachemount");
    await nothingLeft();
  });

  it("gives files instead of an image, once", async () => {
    const outcome = await build(context("FROM scratch\nCOPY a /dir/a\n", { a: "content" }), {
      t: "",
      outputs: '[{"type":"tar","attrs":{}}]',
    });
    const token = outcome.messages.find(({ id }) => id === "drydock.output")?.aux;
    const answer = await api.open("GET", `/build/output/${String(token)}`);
    expect([...readTar(await bodyBytes(answer))].map(({ name }) => name)).toEqual(["dir/", "dir/a"]);
    expect((await api.get(`/build/output/${String(token)}`)).status).toBe(404);
    expect(outcome.image).toBeUndefined();
  });

  it("prunes what no image needs, and all of it when asked", async () => {
    await build(context("FROM busybox\nRUN echo one > /f\n"));
    await build(context("FROM busybox\nRUN echo two > /f\n"));
    await api.delete("/images/app");
    const kept = await api.post("/build/prune");
    expect(kept.json.CachesDeleted.length).toBeGreaterThan(0);
    await api.post("/build/prune?all=1");
    expect((await api.get("/system/df?type=build-cache")).json.BuildCache).toEqual([]);
    const again = await build(context("FROM busybox\nRUN echo one > /f\n"));
    expect(again.steps[1]).toBe("[2/2] RUN echo one > /f");
  });

  it.each([
    [
      "FROM busybox\nRUNN x\n",
      "failed to solve: dockerfile parse error on line 2: unknown instruction: RUNN (did you mean RUN?)",
    ],
    ["FROM busybox\nCOPY nosuch /\n", /"\/nosuch": not found$/],
    [
      "FROM busybox AS a\nCOPY --from=b / /\nFROM busybox AS b\nCOPY --from=a / /\n",
      /circular dependency detected on stage/,
    ],
    ["FROM busybox\nCOPY --from=later / /\nFROM busybox AS later\n", undefined],
    [
      "FROM nosuch\n",
      /^failed to solve: nosuch: failed to resolve source metadata for docker.io\/library\/nosuch:latest: /,
    ],
    ["FROM busybox\nRUN --mount=type=secret,id=x,required cat /x\n", "failed to solve: secret x: not found"],
    ["FROM busybox\nEXPOSE abc\n", /invalid containerPort: abc/],
    ["FROM --platform=linux/amd64 busybox\n", /no match for platform in manifest: not found/],
    ["FROM --platform=$BUILDPLATFORM busybox\nRUN true\n", undefined],
    ["FROM --platform=vax busybox\n", /failed to parse platform vax/],
    ["FROM $EMPTY\n", "failed to solve: base name ($EMPTY) should not be blank"],
  ])("%j: %s", async (dockerfile, expected) => {
    const { error } = await build(context(dockerfile));
    if (expected === undefined) expect(error).toBeUndefined();
    else expect(error).toMatch(expected);
    await nothingLeft();
  });

  it("without the file that is named", async () => {
    const { error } = await build(context("FROM busybox\n"), { dockerfile: "Other" });
    expect(error).toBe("failed to solve: failed to read dockerfile: open Other: no such file or directory");
  });
});
