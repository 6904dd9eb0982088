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

const run = (script: string, timeout = 20_000, signal = new AbortController().signal, cpu = 20_000) =>
  lab.scripts.run({ script, cwd: "/root", timeout, cpu, signal });

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
      cpuMs: expect.any(Number) as number,
    });
    expect((await run("docker run --rm busybox echo from inside")).stdout).toBe("from inside\n");
  });

  it("that hang are ended, with all that they started", async () => {
    const hanging = await run("sleep 300 & sleep 300", 500);
    expect([hanging.timedOut, hanging.exitCode]).toEqual([true, 137]);
    await nothingLeft();
  });

  it("are ended for the processor time they take, and not for waiting", async () => {
    const signal = new AbortController().signal;
    const busy = await run("while :; do :; done", 30_000, signal, 300);
    expect([busy.timedOut, busy.exitCode]).toEqual([true, 137]);
    expect(busy.cpuMs).toBeGreaterThan(300);
    expect(busy.cpuMs).toBeLessThan(5000);
    await nothingLeft();
    const waiting = await run("sleep 1.5; echo done", 30_000, signal, 1000);
    expect([waiting.timedOut, waiting.stdout]).toEqual([false, "done\n"]);
    expect(waiting.cpuMs).toBeLessThan(1000);
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

  it("that write without end are ended for it", async () => {
    const endless = await run("yes");
    expect(endless).toMatchObject({ timedOut: false, exitCode: 137 });
    expect(endless.stdout).toHaveLength(64 * 1024);
    await nothingLeft();
  });

  it("that take all memory are ended, and hurt nobody else", async () => {
    expect(await run("tail /dev/zero")).toMatchObject({ timedOut: false, exitCode: 137 });
    expect((await run("echo still here")).stdout).toBe("still here\n");
  });

  it("tell the signal that ended them", async () => {
    expect(await run("kill -TERM $$")).toMatchObject({ exitCode: 143, timedOut: false });
  });

  it("take turns", async () => {
    const answers = await Promise.all([1, 2, 3, 4].map((n) => run(`echo ${n}`)));
    expect(answers.map(({ stdout }) => stdout)).toEqual(["1\n", "2\n", "3\n", "4\n"]);
  });
});

describe("the page's door to them", { timeout: patience }, () => {
  async function ask(body: unknown) {
    const response = await lab.inside({
      method: "POST",
      target: "/inside/scripts/run",
      headers: {},
      body: new Blob([JSON.stringify(body)]).stream(),
      signal: new AbortController().signal,
    });
    const answer: unknown = JSON.parse(new TextDecoder().decode(response.body as Uint8Array));
    return { status: response.status, answer };
  }

  it("runs a script with variables, of no terminal and no learner's cgroup", async () => {
    const script = "echo $WHO; tty; cat /proc/self/cgroup";
    expect(await ask({ script, cwd: "/", env: { WHO: "you" } })).toEqual({
      status: 200,
      answer: {
        exitCode: 0,
        stdout: "you\nnot a tty\n0::/scripts\n",
        stderr: "",
        timedOut: false,
        cpuMs: expect.any(Number) as number,
      },
    });
  });

  it("refuses what is no script", async () => {
    for (const wrong of [
      { script: "true", cwd: "root" },
      { script: "true", cwd: "/", timeoutMs: 31_000 },
      { script: "true", cwd: "/", env: { "A=B": "" } },
      { script: "a\0b", cwd: "/" },
      { cwd: "/" },
      "true",
    ])
      expect((await ask(wrong)).status).toBe(400);
  });
});
