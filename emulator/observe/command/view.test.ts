import { describe, expect, it } from "vitest";
import { redactArguments, redactJson, redactTarget } from "./redact.ts";
import type { CommandTrace } from "./trace.ts";
import { commandView, toText } from "./view.ts";

const run: CommandTrace = {
  number: 1,
  args: ["run", "-d", "busybox", "sleep", "30 s"],
  cwd: "/root",
  at: 1000,
  doneAt: 1312,
  exitCode: 0,
  omitted: 0,
  requests: [
    { method: "POST", target: "/containers/create", at: 1010, answeredAt: 1050, status: 201, body: "{}" },
    { method: "POST", target: "/containers/abc/start", at: 1060, answeredAt: 1300, status: 204 },
  ],
  tasks: [{ kind: "start", id: "a".repeat(64), at: 1100, doneAt: 1280, pid: 77, spec: "{}" }],
};

describe("the path of a command", () => {
  it("is text, in the order of time", () => {
    expect(toText(commandView(run))).toBe(
      [
        "What happened when I pressed Enter?",
        "docker run made 2 API requests and took 312 ms; crun took 180 ms of it.",
        "",
        "+0 ms docker run -d busybox sleep '30 s' (312 ms)",
        "+10 ms POST /containers/create 201 (40 ms)",
        "+60 ms POST /containers/abc/start 204 (240 ms)",
        "+100 ms config.json of aaaaaaaaaaaa (0 ms)",
        "+100 ms crun started 77 (180 ms)",
        "+312 ms exit code 0 (0 ms)",
        "",
      ].join("\n"),
    );
  });

  it("says what goes on", () => {
    const { doneAt: _, exitCode: __, ...open } = { ...run, requests: [], tasks: [] };
    expect(commandView(open).answer).toBe("docker run has made no API request and goes on.");
  });
});

describe("secrets", () => {
  it.each([
    [["login", "-u", "me", "-p", "x1"]],
    [["login", "--password", "x1"]],
    [["login", "--password=x1"]],
    [["run", "-e", "DB_PASSWORD=x1", "busybox"]],
    [["run", "-eDB_PASSWORD=x1", "busybox"]],
    [["run", "--env=API_TOKEN=x1", "busybox"]],
  ])("are not shown of %j", (args) => {
    expect(redactArguments(args).join(" ")).not.toContain("x1");
  });

  it("are not shown of bodies and queries", () => {
    const body = redactJson({ Env: ["A=1", "MY_SECRET=x1"], auth: "x1", deep: { identitytoken: "x1" } });
    expect(JSON.stringify(body)).not.toContain("x1");
    expect(JSON.stringify(body)).toContain("A=1");
    const target = `/v1.47/build?buildargs=${encodeURIComponent('{"NPM_TOKEN":"x1"}')}&t=app`;
    expect(redactTarget(target)).toBe('/build?buildargs={"NPM_TOKEN":"(not shown)"}&t=app');
  });
});
