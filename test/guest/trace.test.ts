import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Lab } from "../../emulator/index.ts";
import { TypedShell } from "../../emulator/node/bench/typed-shell.ts";
import { loadSnapshot } from "../../emulator/node/snapshot.ts";
import { folderSource } from "../../emulator/node/source.ts";
import { curlLine } from "../../emulator/observe/command/curl.ts";
import { decodeTraces, type CommandTrace, type StepTrace } from "../../emulator/observe/command/trace.ts";
import { commandView, toText } from "../../emulator/observe/command/view.ts";

const patience = 120_000;
let lab: Lab;
let shell: TypedShell;

beforeAll(async () => {
  lab = await Lab.restore(await folderSource(), await loadSnapshot(() => undefined));
  shell = await TypedShell.open(lab);
}, patience);
afterAll(() => lab.close());

async function traces(): Promise<readonly CommandTrace[]> {
  const { body } = await lab.inside({
    method: "GET",
    target: "/inside/trace/",
    headers: {},
    body: null,
    signal: new AbortController().signal,
  });
  if (!(body instanceof Uint8Array)) throw new Error("no list");
  return decodeTraces(JSON.parse(new TextDecoder().decode(body)));
}

async function last(): Promise<CommandTrace> {
  const trace = (await traces()).at(-1);
  if (trace === undefined) throw new Error("no command was noted");
  return trace;
}

async function text(path: string): Promise<string> {
  return new TextDecoder().decode(await lab.files.read("/", path)).trim();
}

/** What the engine does before it answers; the rest goes on beside its request. */
const inside = new Set<StepTrace["name"]>(["mount", "network", "files", "volumes", "config", "start", "signal"]);

function isConsistent(trace: CommandTrace): void {
  expect(trace.doneAt).toBeDefined();
  for (const request of trace.requests) {
    expect(request.at).toBeGreaterThanOrEqual(trace.at);
    expect(request.answeredAt).toBeGreaterThanOrEqual(request.at);
    expect(request.endedAt).toBeGreaterThanOrEqual(request.answeredAt ?? 0);
    expect(request.endedAt).toBeLessThanOrEqual(trace.doneAt ?? 0);
  }
  for (const step of trace.steps) {
    const request = trace.requests[step.request];
    expect(step.at, step.name).toBeGreaterThanOrEqual(request?.at ?? Infinity);
    expect(step.at, step.name).toBeLessThanOrEqual(request?.endedAt ?? 0);
    if (step.doneAt !== undefined) expect(step.doneAt).toBeGreaterThanOrEqual(step.at);
    const isAttached = request?.hijack === true || /\/wait(?:\?|$)/.test(request?.target ?? "");
    if (inside.has(step.name) && !isAttached) expect(step.doneAt).toBeLessThanOrEqual(request?.answeredAt ?? 0);
  }
}

function stepOf(trace: CommandTrace, name: StepTrace["name"]): StepTrace {
  const step = trace.steps.find((each) => each.name === name);
  if (step === undefined) throw new Error(`no ${name} in ${trace.steps.map((each) => each.name).join(" ")}`);
  return step;
}

describe("the path of a command", () => {
  it("is the requests of docker run, what the engine did, and the process", { timeout: patience }, async () => {
    await shell.run("cd /tmp && docker run -d --name web --memory 16m -e DB_PASSWORD=hunter2 busybox sleep 300");
    const trace = await last();
    if (process.env["SHOW"]) console.log(toText(commandView(trace)));
    expect(trace.args.slice(0, 4)).toEqual(["run", "-d", "--name", "web"]);
    expect([trace.cwd, trace.exitCode]).toEqual(["/tmp", 0]);
    expect(trace.requests.map(({ method, status }) => [method, status])).toContainEqual(["POST", 201]);
    expect(trace.requests.at(-1)).toMatchObject({ method: "POST", status: 204 });
    expect(trace.events.map(({ action }) => action)).toEqual(expect.arrayContaining(["create", "connect", "start"]));
    expect(JSON.parse(stepOf(trace, "config").document ?? "")).toMatchObject({
      process: { args: ["sleep", "300"] },
      linux: { resources: { memory: { limit: 16 * 1024 * 1024 } } },
    });
    await shell.run("docker inspect -f '{{.State.Pid}}' web > /tmp/pid");
    expect(stepOf(trace, "start").pid).toBe(Number(await text("/tmp/pid")));
    expect(stepOf(trace, "run").doneAt).toBeUndefined();
    expect(JSON.stringify(trace)).not.toContain("hunter2");
    isConsistent(trace);
    // The mount, the network and config.json come before crun, and do not count as its time.
    const start = stepOf(trace, "start");
    for (const name of ["mount", "network", "files", "config"] as const)
      expect(stepOf(trace, name).doneAt, name).toBeLessThanOrEqual(start.at);
    const request = trace.requests[start.request];
    const spans = (start.doneAt ?? 0) - start.at + (stepOf(trace, "network").doneAt ?? 0) - stepOf(trace, "network").at;
    expect(spans).toBeLessThanOrEqual((request?.answeredAt ?? 0) - (request?.at ?? 0));
  });

  it("goes on to the end of an attached container, and what is given back", { timeout: patience }, async () => {
    await shell.run("docker run --rm busybox sh -c 'sleep 0.3; exit 3'");
    const trace = await last();
    if (process.env["SHOW"]) console.log(toText(commandView(trace)));
    expect(trace.exitCode).toBe(3);
    expect(stepOf(trace, "run")).toMatchObject({ exitCode: 3 });
    expect((stepOf(trace, "run").doneAt ?? 0) - stepOf(trace, "run").at).toBeGreaterThan(200);
    expect((stepOf(trace, "start").doneAt ?? 0) - stepOf(trace, "start").at).toBeGreaterThan(0);
    const actions = trace.events.filter(({ type }) => type === "container").map(({ action }) => action);
    expect(actions).toEqual(["create", "attach", "start", "die", "destroy"]);
    expect(trace.events.find(({ action }) => action === "die")?.exitCode).toBe("3");
    expect(stepOf(trace, "attach").at).toBeLessThan(stepOf(trace, "start").at);
    expect(stepOf(trace, "release").at).toBeGreaterThanOrEqual(stepOf(trace, "run").doneAt ?? Infinity);
    isConsistent(trace);
  });

  it("has the layers of a pull", { timeout: patience }, async () => {
    await shell.run("docker pull nginx");
    const trace = await last();
    if (process.env["SHOW"]) console.log(toText(commandView(trace)));
    const layers = (name: string) => trace.steps.filter((each) => each.name === name).map(({ id }) => id);
    await shell.run("docker inspect -f '{{len .RootFS.Layers}}' nginx > /tmp/layers");
    expect(layers("download").length).toBeGreaterThan(0);
    expect(layers("download").length).toBeLessThanOrEqual(Number(await text("/tmp/layers")));
    expect(layers("unpack").toSorted()).toEqual(layers("download").toSorted());
    isConsistent(trace);
    for (const { doneAt } of trace.steps) expect(doneAt).toBeLessThanOrEqual(trace.requests[0]?.endedAt ?? 0);
  });

  it("is told apart of two commands at once", { timeout: patience }, async () => {
    await shell.run("docker run --rm busybox sleep 1 & docker run --rm busybox sleep 1; wait");
    const two = (await traces()).slice(-2);
    for (const trace of two) {
      expect(new Set(trace.steps.map(({ id }) => id)).size).toBe(1);
      expect(trace.steps.map(({ name }) => name)).toEqual(expect.arrayContaining(["layers", "mount", "start", "run"]));
      isConsistent(trace);
    }
    expect(new Set(two.flatMap(({ steps }) => steps.map(({ id }) => id))).size).toBe(2);
  });

  it("is kept of an exec, of what was refused, and of the last twenty", { timeout: patience }, async () => {
    await shell.run("docker exec web true; docker start nobody; docker run --rm busybox nothere; docker rnu");
    const [exec, refused, nothing, misuse] = (await traces()).slice(-4);
    if (process.env["SHOW"])
      for (const each of [exec, refused, nothing, misuse]) if (each) console.log(toText(commandView(each)));
    if (exec === undefined || nothing === undefined || misuse === undefined) throw new Error("not all were noted");
    expect(JSON.parse(stepOf(exec, "exec").document ?? "")).toMatchObject({ args: ["true"] });
    expect(stepOf(exec, "run")).toMatchObject({ exitCode: 0 });
    isConsistent(exec);
    expect(refused?.exitCode).toBe(1);
    expect(refused?.requests.at(-1)).toMatchObject({ status: 404, message: "No such container: nobody" });
    expect(commandView(nothing).answer).toMatch(/^docker run was refused by crun: .*nothere/);
    expect(commandView(misuse).answer).toMatch(/^docker rnu made no API request/);
    // What a lesson's check asks was typed by nobody.
    await lab.scripts.run({
      script: "docker inspect web",
      cwd: "/root",
      timeout: 20_000,
      signal: new AbortController().signal,
    });
    expect((await last()).args).toEqual(["rnu"]);
    await shell.run("for i in $(seq 25); do docker ps -q; done");
    const kept = await traces();
    expect(kept).toHaveLength(20);
    expect(kept.every(({ args }) => args[0] === "ps")).toBe(true);
  });

  it("can be gone again with curl", { timeout: patience }, async () => {
    await shell.run(`docker create --label 'it''s=a "test"' --health-cmd 'echo $HOME' busybox echo one "two  three"`);
    const request = (await last()).requests.find(({ target }) => target.startsWith("/containers/create"));
    const curl = request && curlLine(request);
    expect(curl?.lacksSecret).toBe(false);
    await shell.run(`${curl?.line ?? ""} -s -o /tmp/answer -w '%{http_code}' > /tmp/status`);
    expect(await text("/tmp/status")).toBe("201");
    const { Id } = JSON.parse(await text("/tmp/answer")) as { Id: string };
    await shell.run(`docker inspect -f '{{json .Config.Cmd}} {{json .Config.Labels}}' ${Id} > /tmp/made`);
    expect(await text("/tmp/made")).toBe(`["echo","one","two  three"] {"its":"a \\"test\\""}`);
  });
});
