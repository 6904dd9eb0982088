import { describe, expect, it } from "vitest";
import { at, base64, buildEngine, contextOf, imageId, trace } from "../testing/build-engine.ts";
import { failure as failed } from "../testing/fake-engine.ts";
import { runCli, type RunOptions } from "../testing/run-cli.ts";
import { tarOf } from "../tar/filter.ts";

const ID = `sha256:${"a1".repeat(32)}`;
const BEGIN = Date.parse(at(0));

const definition = {
  digest: "sha256:1",
  name: "[internal] load build definition from Dockerfile",
  started: at(0),
};
const base = { digest: "sha256:2", name: "[1/2] FROM docker.io/library/busybox:latest", started: at(0.1) };
const run = { digest: "sha256:3", name: "[2/2] RUN echo hi", started: at(0.1), inputs: ["sha256:2"] };
const exporting = { digest: "sha256:4", name: "exporting to image", started: at(0.5) };

const transferring = {
  id: "transferring dockerfile:",
  vertex: "sha256:1",
  current: 84,
  timestamp: at(0),
  started: at(0),
  completed: at(0.01),
};

const success = [
  trace({ vertexes: [definition] }),
  trace({ statuses: [transferring], vertexes: [{ ...definition, completed: at(0.02) }] }),
  trace({ vertexes: [{ ...base, completed: at(0.1), cached: true }] }),
  trace({ vertexes: [run] }),
  trace({ logs: [{ vertex: "sha256:3", stream: 1, data: base64("hi\nthere"), timestamp: at(0.3) }] }),
  trace({ logs: [{ vertex: "sha256:3", stream: 1, data: base64(" you\n"), timestamp: at(0.3) }] }),
  trace({ vertexes: [{ ...run, completed: at(0.45) }] }),
  trace({
    vertexes: [{ ...exporting, completed: at(0.6) }],
    statuses: [
      {
        id: `writing image ${ID}`,
        vertex: "sha256:4",
        current: 0,
        timestamp: at(0.6),
        started: at(0.6),
        completed: at(0.6),
      },
    ],
  }),
  imageId(ID),
];

const failure = [
  trace({ vertexes: [{ ...definition, completed: at(0.02) }] }),
  trace({ vertexes: [run] }),
  trace({ logs: [{ vertex: "sha256:3", stream: 2, data: base64("no such thing\n"), timestamp: at(0.3) }] }),
  trace({
    vertexes: [
      {
        ...run,
        completed: at(0.45),
        error: 'process "/bin/sh -c false" did not complete successfully: exit code: 1',
      },
    ],
  }),
  {
    error: 'process "/bin/sh -c false" did not complete successfully: exit code: 1',
    errorDetail: {
      message: 'process "/bin/sh -c false" did not complete successfully: exit code: 1',
      code: 1,
      source: { filename: "Dockerfile", data: "FROM busybox\nRUN false\n", start: 2, end: 2 },
    },
  },
];

const visible = (text: string): string => text.replaceAll("\x1b", "␛");

const files = { "app/Dockerfile": "FROM busybox\nRUN echo hi\n", "app/src/a.txt": "a" };
const options = { files, packs: true, now: BEGIN + 600 };

describe("docker build with BuildKit", () => {
  it("shows plain progress without a terminal", async () => {
    const { handler } = buildEngine(success);
    const result = await runCli(["build", "-t", "app", "app"], { ...options, handler });
    await expect(result.err).toMatchFileSnapshot("testdata/success.plain.txt");
    expect(result.out).toBe("");
    expect(result.code).toBe(0);
  });

  it("draws frames on a terminal, and leaves the last one", async () => {
    const { handler } = buildEngine(success);
    const result = await runCli(["build", "app"], { ...options, handler, terminal: 80 });
    await expect(visible(result.err)).toMatchFileSnapshot("testdata/success.tty.txt");
  });

  it("shows why a step failed, and where", async () => {
    for (const terminal of [undefined, 80]) {
      const { handler } = buildEngine(failure);
      const result = await runCli(["build", "app"], {
        ...options,
        handler,
        ...(terminal === undefined ? {} : { terminal }),
      });
      const name = terminal === undefined ? "failure.plain.txt" : "failure.tty.txt";
      await expect(visible(result.err)).toMatchFileSnapshot(`testdata/${name}`);
      expect(result.code).toBe(1);
    }
  });

  it("sends the folder, with the Dockerfile under its name", async () => {
    const engine = buildEngine(success);
    await runCli(["build", "--build-arg", "A=1", "-t", "x:1", "app"], { ...options, handler: engine.handler });
    const [request] = engine.seen.filter(({ path }) => path === "/build");
    expect(await contextOf(request)).toEqual({ Dockerfile: files["app/Dockerfile"], "src/a.txt": "a" });
    expect(Object.fromEntries(request?.query ?? [])).toEqual({ version: "2", t: "x:1", buildargs: '{"A":"1"}' });
    expect(engine.seen.length).toBe(1);
  });

  it("prints the image's ID alone when it is quiet, and writes what it is asked to", async () => {
    const { handler } = buildEngine(success);
    const args = ["build", "-q", "--iidfile", "id", "--metadata-file", "meta.json", "-t", "x", "app"];
    const result = await runCli(args, { ...options, handler, terminal: 80 });
    expect(result).toMatchObject({ out: `${ID}\n`, err: "", code: 0 });
    const written = (name: string): string => new TextDecoder().decode(result.files[name]);
    expect(written("id")).toBe(ID);
    expect(JSON.parse(written("meta.json"))).toEqual({
      "containerimage.config.digest": ID,
      "containerimage.digest": ID,
      "image.name": "docker.io/library/x:latest",
    });
  });

  it("passes the engine's statuses on as they are", async () => {
    const { handler } = buildEngine([trace({ vertexes: [{ ...definition, name: "a <b> & c" }] }), imageId(ID)]);
    const result = await runCli(["build", "--progress", "rawjson", "app"], { ...options, handler });
    expect(result.err).toBe(
      `{"vertexes":[{"digest":"sha256:1","name":"a \\u003cb\\u003e \\u0026 c","started":"${at(0)}"}]}\n`,
    );
  });

  it("tells what the checks found", async () => {
    const short = base64("JSONArgsRecommended: JSON arguments recommended for CMD (line 2)");
    const warning = {
      vertex: "sha256:1",
      level: 1,
      short,
      detail: [base64("JSON arguments recommended for ENTRYPOINT/CMD")],
      url: "https://docs.docker.com/go/dockerfile/rule/json-args-recommended/",
      sourceInfo: { filename: "Dockerfile", data: base64("FROM busybox\nCMD x\n") },
      range: [{ start: { line: 2 }, end: { line: 2 } }],
    };
    const { handler } = buildEngine([...success, trace({ warnings: [warning, warning] })]);
    for (const [args, name] of [
      [["build", "app"], "warnings.txt"],
      [["build", "-D", "app"], "warnings.debug.txt"],
    ] as const) {
      const { err } = await runCli(args, { ...options, handler });
      await expect(visible(err.slice(err.indexOf("#4 DONE")))).toMatchFileSnapshot(`testdata/${name}`);
    }
  });

  it("unpacks a local output below a folder that was not there, and writes a tar to standard output", async () => {
    const tar = tarOf([{ name: "a", bytes: new TextEncoder().encode("1") }]);
    const answers = [...success, { id: "drydock.output", aux: "token" }];
    const { handler, seen } = buildEngine(answers, { "GET /build/output/token": tar });
    const local = await runCli(["build", "-o", "out/bin", "app"], { ...options, handler });
    expect(local.code).toBe(0);
    expect(new TextDecoder().decode(local.files["unpacked"])).toContain("out/bin/a");
    const streamed = await runCli(["build", "-o", "-", "app"], { ...options, handler });
    expect(new TextEncoder().encode(streamed.out)).toEqual(tar);
    const queries = seen.filter(({ path }) => path === "/build").map(({ query }) => query.get("outputs"));
    expect(queries).toEqual(['[{"type":"local","attrs":{}}]', '[{"type":"tar","attrs":{}}]']);
  });

  it("sends secrets in a header, never in the query", async () => {
    const engine = buildEngine(success);
    const args = [
      "build",
      "--secret",
      "id=f,src=key",
      "--secret",
      "id=TOKEN",
      "--secret",
      "type=env,id=e,src=TOKEN",
      "app",
    ];
    await runCli(args, {
      ...options,
      handler: engine.handler,
      files: { ...files, key: "k\n" },
      env: { TOKEN: "t" },
    });
    const request = engine.seen.find(({ path }) => path === "/build");
    expect(JSON.parse(atob(request?.headers["x-build-secrets"] ?? ""))).toEqual({
      f: btoa("k\n"),
      TOKEN: btoa("t"),
      e: btoa("t"),
    });
    expect([...(request?.query.keys() ?? [])]).toEqual(["version"]);
  });

  it("ends what runs when it is interrupted", async () => {
    const signals: NonNullable<RunOptions["signals"]> = {};
    let told = false;
    const { handler } = buildEngine([], {
      "POST /build": () => ({
        status: 200,
        headers: {},
        body: new ReadableStream<Uint8Array>(
          {
            pull(controller) {
              if (told) return signals.send?.("SIGINT");
              told = true;
              const running = trace({ vertexes: [{ ...definition, completed: at(0.02) }, run] });
              controller.enqueue(new TextEncoder().encode(`${JSON.stringify(running)}\n`));
            },
          },
          { highWaterMark: 0 },
        ),
      }),
    });
    const result = await runCli(["build", "app"], { ...options, handler, signals });
    expect(result.err).toMatch(/#2 CANCELED\nERROR: failed to build: failed to solve: Canceled: context canceled\n$/);
    expect(result.code).toBe(130);
  });

  it.each([
    [
      ["--push", "app"],
      "failed to build: there is no registry here to push to: leave out --push, and the image is kept by the engine",
    ],
    [["--ssh", "default", "app"], "failed to build: --ssh is not supported here: there is no SSH agent to forward"],
    [["-o", "type=nosuch", "app"], 'failed to build: exporter "nosuch" could not be found'],
    [["-o", "a=b,c", "app"], "invalid value c"],
    [
      ["--secret", "id=x,src=nosuch", "app"],
      "failed to build: failed to stat nosuch: stat nosuch: no such file or directory",
    ],
    [["--secret", "x", "app"], "invalid field 'x' must be a key=value pair"],
    [["--progress", "x", "app"], "invalid progress mode x"],
    [["--progress", "tty", "app"], "failed to get console: provided file is not a console"],
    [["-q", "--progress", "plain", "app"], "progress=plain and quiet cannot be used together"],
    [
      ["-t", "Bad", "app"],
      'failed to build: invalid tag "Bad": invalid reference format: repository name (library/Bad) must be lowercase',
    ],
    [
      ["--no-cache", "--no-cache-filter", "a", "app"],
      "failed to build: --no-cache and --no-cache-filter cannot currently be used together",
    ],
  ])("refuses %j", async (args, message) => {
    const { handler, seen } = buildEngine(success);
    const { err, code } = await runCli(["build", ...args], { ...options, handler });
    expect(err).toBe(`ERROR: ${message}\n`);
    expect(code).toBe(1);
    expect(seen).toEqual([]);
  });

  it("says what the engine refuses", async () => {
    const { handler } = buildEngine([], { "POST /build": failed(400, "error reading labels: bad") });
    const { err, code } = await runCli(["build", "app"], { ...options, handler });
    expect(err).toBe("ERROR: failed to build: failed to solve: error reading labels: bad\n");
    expect(code).toBe(1);
  });
});
