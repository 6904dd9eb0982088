import { describe, expect, it } from "vitest";
import { at, base64, buildEngine, contextOf, imageId, trace } from "../testing/build-engine.ts";
import { runCli } from "../testing/run-cli.ts";

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

const files = { "app/Dockerfile": "FROM busybox\nRUN echo hi\n", "app/src/a.txt": "a" };
const options = { files, packs: true, now: BEGIN + 600 };

describe("docker build with BuildKit", () => {
  it("shows plain progress without a terminal", async () => {
    const { handler } = buildEngine(success);
    const result = await runCli(["build", "-t", "app", "app"], { ...options, handler });
    expect(result.err).toMatchSnapshot();
    expect(result.out).toBe("");
    expect(result.code).toBe(0);
  });

  it("draws frames on a terminal, and leaves the last one", async () => {
    const { handler } = buildEngine(success);
    const result = await runCli(["build", "app"], { ...options, handler, terminal: 80 });
    expect(result.err.replaceAll("\x1b", "␛")).toMatchSnapshot();
  });

  it("shows why a step failed, and where", async () => {
    for (const terminal of [undefined, 80]) {
      const { handler } = buildEngine(failure);
      const result = await runCli(["build", "app"], {
        ...options,
        handler,
        ...(terminal === undefined ? {} : { terminal }),
      });
      expect(result.err.replaceAll("\x1b", "␛")).toMatchSnapshot();
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
});
