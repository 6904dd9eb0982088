import { afterAll, beforeAll, expect, it } from "vitest";
import { inspect, list } from "../../emulator/client/container.ts";
import { events } from "../../emulator/client/system.ts";
import { Lab } from "../../emulator/index.ts";
import { TypedShell } from "../../emulator/node/bench/typed-shell.ts";
import { loadSnapshot } from "../../emulator/node/snapshot.ts";
import { folderSource } from "../../emulator/node/source.ts";
import { decodeCgroups } from "../../emulator/observe/cgroups/decode.ts";
import { decodeInspected, decodeLifecycleEvent } from "../../emulator/observe/lifecycle/decode.ts";
import { lifecycleActions, type ContainerRecord, type LifecycleEvent } from "../../emulator/observe/lifecycle/facts.ts";
import { kernelFacts } from "../../emulator/observe/lifecycle/kernel.ts";
import { lifecycleView, type ContainerView } from "../../emulator/observe/lifecycle/view.ts";
import { decodeProcesses } from "../../emulator/observe/namespaces/decode.ts";

const patience = 120_000;
let lab: Lab;
let shell: TypedShell;
const seen: LifecycleEvent[] = [];
const ended = new AbortController();

beforeAll(async () => {
  lab = await Lab.restore(await folderSource(), await loadSnapshot(() => undefined));
  await lab.ready;
  shell = await TypedShell.open(lab);
  const stream = await events(
    { transport: lab.transport, signal: ended.signal },
    { filters: { type: ["container"], event: lifecycleActions } },
  );
  void (async () => {
    for await (const event of stream) seen.push(decodeLifecycleEvent(event));
  })().catch(() => undefined); // the machine ends before its events do
}, patience);
afterAll(() => {
  ended.abort();
  return lab.close();
});

const engine = () => ({ transport: lab.transport });

async function inside(path: string): Promise<unknown> {
  const { signal } = new AbortController();
  const { body } = await lab.inside({ method: "GET", target: `/inside/${path}`, headers: {}, body: null, signal });
  return JSON.parse(await new Response(body as BodyInit).text()) as unknown;
}

/** As the page looks at it. */
async function look(name: string): Promise<ContainerView> {
  await lab.engine.settled();
  const at = seen.length;
  const ids = (await list(engine(), { all: true })).map(({ Id = "" }) => Id);
  const records: ContainerRecord[] = await Promise.all(
    ids.map(async (id) => ({ ...decodeInspected((await inspect(engine(), id)).value), seen: at })),
  );
  const processes = decodeProcesses(await inside("namespaces/processes"));
  const kernel = kernelFacts(processes, decodeCgroups(await inside("cgroups/")), at);
  const policies = new Map(records.map(({ id, policy }) => [id, [{ ...policy, seen: at }]]));
  const view = lifecycleView({ from: 0, events: seen, records, policies, gaps: [], kernel });
  const found = view.containers.find((each) => each.name === name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
}

const lastCause = ({ history }: ContainerView) => history.steps.at(-1)?.cause;

/** What the guest's own tools print of a container: Docker's word, and whether the kernel has it frozen. */
async function printed(name: string): Promise<string> {
  const { output } = await shell.run(
    `docker inspect -f 'state={{.State.Status}}' ${name}; echo frozen=$(cat /sys/fs/cgroup/docker/$(docker inspect -f '{{.Id}}' ${name})/cgroup.freeze 2>/dev/null || echo none)`,
  );
  return `${/state=(\w+)/.exec(output)?.[1] ?? ""} ${/frozen=(\w+)/.exec(output)?.[1] ?? ""}`;
}

it(
  "says the state that the kernel and docker print, and what took a container there",
  { timeout: patience },
  async () => {
    await shell.run("docker create --name clock busybox sleep 600");
    expect(await look("clock")).toMatchObject({ state: "created", engineState: "created" });
    expect(await printed("clock")).toBe("created none");

    await shell.run("docker start clock");
    expect(await look("clock")).toMatchObject({ state: "running" });
    expect(await printed("clock")).toBe("running 0");

    await shell.run("docker pause clock");
    expect(await look("clock")).toMatchObject({ state: "paused", engineState: "paused" });
    expect(await printed("clock")).toBe("paused 1");

    await shell.run("docker stop -t 1 clock");
    const stopped = await look("clock");
    expect([stopped.state, stopped.exitCode]).toEqual(["exited", 137]);
    expect(stopped.history.steps.at(-1)?.from).toBe("paused");
    expect(lastCause(stopped)).toMatch(/^docker stop: SIGTERM, then after 1\.\d s SIGKILL$/);
    expect(await printed("clock")).toBe("exited none");

    // What no event tells of, and the engine does not know.
    await shell.run("docker start clock");
    await shell.run("echo 1 > /sys/fs/cgroup/docker/$(docker inspect -f '{{.Id}}' clock)/cgroup.freeze");
    expect(await look("clock")).toMatchObject({ state: "paused", engineState: "running" });
    expect(await printed("clock")).toBe("running 1");
    await shell.run("echo 0 > /sys/fs/cgroup/docker/$(docker inspect -f '{{.Id}}' clock)/cgroup.freeze");

    await shell.run("kill -9 $(docker inspect -f '{{.State.Pid}}' clock)");
    await expect.poll(async () => lastCause(await look("clock"))).toBe("SIGKILL, which no docker command sent");

    await shell.run("docker start clock; docker rm -f clock");
    const gone = await look("clock");
    expect(gone.history.steps.slice(-2).map(({ to, cause }) => [to, cause])).toEqual([
      ["exited", "docker rm -f: SIGKILL"],
      ["gone", "docker rm -f"],
    ]);

    await shell.run("docker run --rm --name brief busybox true");
    expect(lastCause(await look("brief"))).toContain("--rm");
  },
);

it("knows memory that ran out, and a policy that starts again", { timeout: patience }, async () => {
  await shell.run("docker run -d --name full --memory 8m busybox sh -c 'x=a; while :; do x=$x$x; done'");
  await expect
    .poll(async () => (await look("full")).history.steps.at(-1), { timeout: 30_000 })
    .toMatchObject({ to: "exited", exitCode: 137, oomKilled: true, edges: ["oom"] });

  await shell.run("docker run -d --name phoenix --restart always busybox sh -c 'sleep 0.2; exit 3'");
  await expect
    .poll(async () => (await look("phoenix")).history.steps.filter(({ edges }) => edges[0] === "restart").length, {
      timeout: 30_000,
    })
    .toBeGreaterThanOrEqual(2);
  await shell.run("docker stop phoenix");
  const stopped = await look("phoenix");
  expect(stopped.state).toBe("exited");
  expect(lastCause(stopped)).toMatch(/^docker stop: /);
});
