import { describe, expect, it } from "vitest";
import type { CommandTrace, RequestTrace, StepTrace } from "./trace.ts";
import { commandName, commandView, toText } from "./view.ts";

const id = "a".repeat(64);
const post = { method: "POST", hijack: false, sent: "nothing", whole: false } as const;
const create: RequestTrace = {
  ...post,
  target: "/containers/create?name=web",
  at: 1010,
  answeredAt: 1050,
  endedAt: 1051,
  status: 201,
  sent: "json",
  whole: true,
  body: '{"Image":"busybox"}',
};
const start: RequestTrace = {
  ...post,
  target: `/containers/${id}/start`,
  at: 1060,
  answeredAt: 1300,
  endedAt: 1301,
  status: 204,
};
const spec = {
  process: { args: ["sleep", "30 s"], capabilities: { effective: ["CAP_CHOWN"] } },
  root: { path: "/var/lib/docker/overlay2/x/merged" },
  linux: { namespaces: [{ type: "pid" }, { type: "network", path: "/n" }], cgroupsPath: `/docker/${id}` },
};
const step = (name: StepTrace["name"], at: number, doneAt: number | undefined, more: Partial<StepTrace> = {}) =>
  ({ name, id, container: "web", request: 1, at, ...(doneAt === undefined ? {} : { doneAt }), ...more }) as StepTrace;
const run: CommandTrace = {
  number: 1,
  args: ["run", "-d", "--name", "web", "busybox", "sleep", "30 s"],
  cwd: "/root",
  at: 1000,
  doneAt: 1312,
  exitCode: 0,
  omitted: 0,
  requests: [create, start],
  steps: [
    step("layers", 1011, 1055, { request: 0 }),
    step("network", 1070, 1100),
    step("config", 1101, 1101, { document: JSON.stringify(spec) }),
    step("start", 1102, 1282, { pid: 77 }),
    step("run", 1283, undefined),
  ],
  events: [{ type: "container", action: "start", of: "web", at: 1290 }],
};

const open = (trace: CommandTrace): CommandTrace => {
  const { doneAt: _, exitCode: __, ...rest } = trace;
  return rest;
};

describe("the path of a command", () => {
  it("is text, in the order of time", () => {
    expect(toText(commandView(run))).toBe(
      [
        "What happened when I pressed Enter?",
        "docker run made 2 API requests and took 312 ms; crun took 180 ms of it.",
        "",
        "+0 ms Terminal docker run -d --name web busybox sleep '30 s' 312 ms",
        "+10 ms API      POST /containers/create (201) 41 ms",
        "+11 ms Engine   layers prepared 44 ms",
        "+60 ms API      POST /containers/aaaa…/start (204) 241 ms",
        "+70 ms Engine   network connected 30 ms",
        "+101 ms Engine   config.json made",
        "+102 ms crun     creates and starts 180 ms",
        "+283 ms Kernel   process 77: sleep 30 s goes on",
        "+290 ms event    container start web",
        "+312 ms Terminal exit code 0",
        "",
      ].join("\n"),
    );
  });

  it("shows first what the runtime was given, and links to the other views", () => {
    const { first, stations } = commandView(run);
    const config = stations.find(({ key }) => key === first);
    expect(config?.document?.name).toBe("config.json");
    expect(config?.facts.map(({ name, link }) => [name, link?.view])).toEqual([
      ["Container", undefined],
      ["Program", undefined],
      ["File", undefined],
      ["Root", "layers"],
      ["Namespaces", "namespaces"],
      ["Control group", "cgroups"],
      ["Capabilities", undefined],
    ]);
    const process = stations.find(({ lane }) => lane === "kernel");
    expect(process?.facts.find(({ name }) => name === "PID on the machine")?.link?.focus).toBe("process:77");
    expect(process?.facts.at(-1)).toEqual({ name: "PID inside", value: "1" });
    expect(process?.facts.find(({ name }) => name === "Program")?.value).toBe("sleep 30 s");
  });

  it("says what goes on", () => {
    expect(commandView(open({ ...run, requests: [], steps: [], events: [] })).answer).toBe(
      "docker run has made no API request and goes on.",
    );
    const view = commandView(open(run));
    expect(view.answer).toBe("docker run has made 2 API requests and goes on; process 77 runs.");
    expect(view.stations.some(({ key }) => key === "exit")).toBe(false);
  });

  it("says who refused, in their words", () => {
    const message = "No such image: nope:latest";
    const { endedAt = 0 } = create;
    const missing = { ...create, status: 404, message, endedAt };
    const byEngine = commandView({ ...run, exitCode: 125, requests: [missing], steps: [], events: [] });
    expect(byEngine.answer).toBe(
      "docker run was refused by the engine: POST /containers/create answered 404: No such image: nope:latest.",
    );
    expect(byEngine.stations.find(({ key }) => key === byEngine.first)).toMatchObject({ state: "refused", message });
    const steps = run.steps.slice(0, 3).concat(step("start", 1102, 1282, { error: "executable file `x` not found" }));
    const byCrun = commandView({ ...run, exitCode: 127, steps });
    expect(byCrun.answer).toBe("docker run was refused by crun: executable file `x` not found.");
    expect(byCrun.first).toBe("step:3");
    const byNetwork = commandView({
      ...run,
      exitCode: 125,
      steps: [step("network", 1070, 1100, { error: "address already in use" })],
    });
    expect(byNetwork.answer).toBe("docker run was refused at “network connected”: address already in use.");
    // An image that is missing, and is pulled then, is no refusal of the command.
    expect(commandView({ ...run, requests: [missing, start] }).answer).toMatch(/^docker run made 2 API requests/);
  });

  it("says when the engine was not asked", () => {
    const alone = { ...run, requests: [], steps: [], events: [] };
    expect(commandView({ ...alone, args: ["rnu"], exitCode: 1 }).answer).toBe(
      "docker rnu made no API request: the docker command itself refused, with exit code 1.",
    );
    expect(commandView({ ...alone, args: ["--help"] }).answer).toBe("docker answered by itself, without the engine.");
  });

  it("is named by its noun and verb", () => {
    expect(commandName({ args: ["container", "run", "-d", "busybox"] })).toBe("docker container run");
    expect(commandName({ args: ["ps", "-a"] })).toBe("docker ps");
  });
});
