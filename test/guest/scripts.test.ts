import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Lab } from "../../emulator/index.ts";
import { loadSnapshot } from "../../emulator/node/snapshot.ts";
import { folderSource } from "../../emulator/node/source.ts";

const patience = 60_000;
let lab: Lab;
beforeAll(async () => {
  lab = await Lab.restore(await folderSource(), await loadSnapshot(() => undefined));
  await lab.ready;
}, patience);
afterAll(() => lab.close());

const run = (script: string, timeout = 20_000, signal = new AbortController().signal) =>
  lab.scripts.run({ script, cwd: "/root", timeout, signal });

/** Until no process of a script is there; the kernel takes a moment to end them. */
const nothingLeft = () =>
  expect
    .poll(async () => new TextDecoder().decode(await lab.agent.readFile("/sys/fs/cgroup/scripts/cgroup.procs")))
    .toBe("");

describe("scripts in the guest", { timeout: patience }, () => {
  it("give their outputs and their status, with docker at hand", async () => {
    expect(await run("echo out; echo err >&2; pwd; exit 3")).toEqual({
      exitCode: 3,
      stdout: "out\n/root\n",
      stderr: "err\n",
      timedOut: false,
    });
    expect((await run("docker run --rm busybox echo from inside")).stdout).toBe("from inside\n");
  });

  it("that hang are ended, with all that they started", async () => {
    const hanging = await run("sleep 300 & sleep 300", 500);
    expect([hanging.timedOut, hanging.exitCode]).toEqual([true, 137]);
    await nothingLeft();
  });

  it("leave nothing running", async () => {
    expect((await run("sleep 300 & echo done")).stdout).toBe("done\n");
    await nothingLeft();
  });

  it("that fork without end hurt nobody else", async () => {
    const bomb = await run("f() { f | f & }; f; sleep 5", 2000);
    expect(bomb.timedOut || bomb.exitCode !== 0).toBe(true);
    expect((await run("echo still here")).stdout).toBe("still here\n");
    await nothingLeft();
  });

  it("that say too much are cut", async () => {
    const { stdout } = await run("yes | head -c 3000000");
    expect(stdout.length).toBe(64 * 1024);
  });

  it("end with whoever asked", async () => {
    const client = new AbortController();
    const running = run("sleep 300", 20_000, client.signal);
    setTimeout(() => client.abort(), 300);
    await expect(running).rejects.toThrow();
    await nothingLeft();
  });
});
