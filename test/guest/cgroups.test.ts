import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Lab } from "../../emulator/index.ts";
import { loadSnapshot } from "../../emulator/node/snapshot.ts";
import { folderSource } from "../../emulator/node/source.ts";
import { TypedShell } from "../../emulator/node/bench/typed-shell.ts";
import { decodeCgroups } from "../../emulator/observe/cgroups/decode.ts";
import { cgroupsView } from "../../emulator/observe/cgroups/view.ts";

const patience = 60_000;
let lab: Lab;
let shell: TypedShell;
beforeAll(async () => {
  lab = await Lab.restore(await folderSource(), await loadSnapshot(() => undefined));
  await lab.ready;
  shell = await TypedShell.open(lab);
}, patience);
afterAll(() => lab.close());

async function reading() {
  const response = await lab.inside({
    method: "GET",
    target: "/inside/cgroups/",
    headers: {},
    body: null,
    signal: new AbortController().signal,
  });
  return decodeCgroups(JSON.parse(await new Response(response.body as BodyInit).text()));
}

const file = async (path: string) => new TextDecoder().decode(await lab.agent.readFile(`/sys/fs/cgroup${path}`)).trim();

describe("the view of control groups", { timeout: patience }, () => {
  it("says what the files say, of a container with limits", async () => {
    await shell.run("docker run -d --name web --memory 32m --cpus 0.5 --pids-limit 20 busybox sleep 1000");
    const { cgroups } = await reading();
    const found = cgroups.find(({ path }) => path.startsWith("/docker/"));
    if (found === undefined) throw new Error("the container has no group");
    const events = await file(`${found.path}/memory.events`);
    expect([found.memoryMax, found.pidsMax, found.pidsCurrent, found.cpuMax, found.oomKills, found.frozen]).toEqual([
      Number(await file(`${found.path}/memory.max`)),
      Number(await file(`${found.path}/pids.max`)),
      Number(await file(`${found.path}/pids.current`)),
      0.5,
      Number(/oom_kill (\d+)/.exec(events)?.[1]),
      false,
    ]);
    expect(await file(`${found.path}/cpu.max`)).toBe("50000 100000");
    const id = found.path.slice("/docker/".length);
    expect(cgroupsView(await reading(), undefined, [{ id, name: "web" }]).answer).toMatch(
      /^web may use 32 MB of memory/,
    );
  });

  it("knows what is frozen, throttled, and ran out of memory", async () => {
    await shell.run("docker pause web");
    expect((await reading()).cgroups.find(({ memoryMax }) => memoryMax === 32 << 20)?.frozen).toBe(true);
    await shell.run("docker rm -f web");
    await shell.run("docker run -d --name busy --cpus 0.1 busybox sh -c 'while :; do :; done'");
    await expect
      .poll(async () => (await reading()).cgroups.find(({ cpuMax }) => cpuMax === 0.1)?.throttledPeriods ?? 0)
      .toBeGreaterThan(0);
    await shell.run("docker rm -f busy");
    await shell.run("docker run -d --name greedy --memory 16m busybox sh -c 'while :; do tail /dev/zero; done'");
    await expect
      .poll(async () => (await reading()).cgroups.find(({ memoryMax }) => memoryMax === 16 << 20)?.oomKills ?? 0, {
        timeout: 20_000,
      })
      .toBeGreaterThan(0);
    await shell.run("docker rm -f greedy");
  });
});
