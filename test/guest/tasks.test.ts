import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connect } from "../../emulator/agent/connect.ts";
import type { LogFile, TaskStdio } from "../../emulator/engine/runtime.ts";
import { observe } from "../../emulator/observe/observe.ts";
import {
  bootTaskGuest,
  containerSpec,
  driversOf,
  never,
  newId,
  plain,
  processSpec,
  run,
  send,
  shell,
  type TaskGuest,
  text,
} from "./task-guest.ts";

/** Tasks on the shipped guest: what the engine's Runtime promises, kept by the agent and crun. */

const patience = { timeout: 120_000 };
let guest: TaskGuest;

beforeAll(async () => {
  guest = await bootTaskGuest();
}, patience.timeout);
afterAll(() => guest.machine.destroy());

/** What containers would leave behind if they did. */
async function leftovers(): Promise<string> {
  return shell(
    guest,
    `ls /run/crun; ls /run/containerd/*/moby; ls /run/docker/console; ls -d /sys/fs/cgroup/docker/0* 2>/dev/null
    ls /proc/1/fd | wc -l; wc -l < /proc/1/mountinfo; ls -d /proc/[0-9]* | wc -l; ls /sys/class/net`,
  );
}

describe("a container", () => {
  it("has its streams and its exit status", patience, async () => {
    const before = Date.now();
    await guest.agent.refresh(before, new Uint8Array(16));
    const ended = await (await run(guest, ["sh", "-c", "echo out; echo err >&2; exit 7"])).ended();
    expect(ended).toMatchObject({ out: "out\n", err: "err\n", exitCode: 7, oomKilled: false });
    expect(ended.at).toBeGreaterThanOrEqual(before);
  });

  it("is init of its own namespaces", patience, async () => {
    const { out } = await (await run(guest, ["sh", "-c", "echo $$; hostname; ls /proc | grep -c '^[0-9]'"])).ended();
    expect(out).toMatch(/^1\n[0-9a-f]{12}\n[1-3]\n$/);
  });

  it("takes stdin, which ends with the first writer when it is once", patience, async () => {
    const stdio: TaskStdio = { ...plain, stdin: true, stdinOnce: true };
    const container = await run(guest, ["cat"], { stdio });
    await send(container.stdin, "hello ", false);
    await send(container.stdin, "world");
    expect(await container.ended()).toMatchObject({ out: "hello world", exitCode: 0 });
  });

  it("keeps its stdin for later writers when it is not once", patience, async () => {
    const container = await run(guest, ["sh", "-c", "read a; read b; echo $a $b"], {
      stdio: { ...plain, stdin: true },
    });
    await send(container.stdin, "one\n");
    const second = await guest.runtime.attach(container.id, { stdin: true, stdout: false, stderr: false });
    await send(second.stdin, "two\n");
    expect((await container.ended()).out).toBe("one two\n");
  });

  it("has a terminal with a size", patience, async () => {
    const stdio: TaskStdio = { ...plain, terminal: { columns: 91, rows: 33 }, stdin: true };
    const container = await run(guest, ["sh"], { stdio });
    await send(container.stdin, "stty size; tty; exit 3\n");
    const { out, exitCode } = await container.ended();
    expect(out).toMatch(/33 91\r\n\/dev\/pts\/0\r\n/);
    expect(exitCode).toBe(3);
  });

  it("learns of a new size", patience, async () => {
    const stdio: TaskStdio = { ...plain, terminal: { columns: 80, rows: 24 } };
    const container = await run(guest, ["sh", "-c", "trap 'stty size; exit' WINCH; while :; do sleep 0.1; done"], {
      stdio,
    });
    await expect.poll(async () => (await guest.runtime.processes(container.id)).length).toBe(2);
    await guest.runtime.resize(container.id, { columns: 120, rows: 40 });
    expect((await container.ended()).out).toContain("40 120");
  });

  it("ends by a signal with 128 and its number", patience, async () => {
    const container = await run(guest, ["sleep", "1000"]);
    await guest.runtime.signal(container.id, 9);
    expect(await container.ended()).toMatchObject({ exitCode: 137, oomKilled: false });
  });

  it("is told apart when it ran out of memory", patience, async () => {
    const container = await run(guest, ["sh", "-c", "x=a; while :; do x=$x$x; done"], { memory: 8 << 20 });
    expect(await container.ended()).toMatchObject({ exitCode: 137, oomKilled: true });
  });

  it("is frozen, thawed, updated, and killed while frozen", patience, async () => {
    const container = await run(guest, ["sleep", "1000"]);
    const files = `/sys/fs/cgroup/docker/${container.id}`;
    await guest.runtime.pause(container.id);
    expect(await shell(guest, `cat ${files}/cgroup.events`)).toContain("frozen 1");
    await guest.runtime.resume(container.id);
    expect(await shell(guest, `cat ${files}/cgroup.events`)).toContain("frozen 0");
    await guest.runtime.update(container.id, {
      memory: { limit: 32 << 20 },
      cpu: { quota: 50_000, period: 100_000 },
      pids: { limit: 20 },
    });
    expect(await shell(guest, `cd ${files}; cat memory.max cpu.max pids.max`)).toBe("33554432\n50000 100000\n20\n");
    const stats = await guest.runtime.stats(container.id);
    expect(stats).toMatchObject({ memoryMax: 32 << 20, pidsCurrent: 1, pidsMax: 20, oomKills: 0 });
    expect(stats.memoryCurrent).toBeGreaterThan(0);
    await guest.runtime.pause(container.id);
    await guest.runtime.signal(container.id, 9);
    expect((await container.ended()).exitCode).toBe(137);
  });

  it("takes along what outlived it outside its pid namespace", patience, async () => {
    const id = newId();
    const spec = containerSpec(id, ["sh", "-c", "sleep 4321 & echo left"]);
    const namespaces = spec.linux.namespaces.filter(({ type }) => type !== "pid");
    await guest.runtime.start({
      id,
      spec: { ...spec, linux: { ...spec.linux, namespaces } },
      stdio: plain,
      signal: never,
    });
    expect((await guest.runtime.wait(id)).exitCode).toBe(0);
    await guest.runtime.remove(id);
    expect(await shell(guest, "ps | grep 'sleep 432[1]'; true")).toBe("");
  });

  it.each([
    [["nosuchcmd"], "not-found"],
    [["/bin/none"], "not-found"],
    [["/etc"], "not-executable"],
    [["/etc/passwd"], "not-executable"],
  ] as const)("that cannot execute %j says why", patience, async (args, kind) => {
    const id = newId();
    const start = guest.runtime.start({ id, spec: containerSpec(id, args), stdio: plain, signal: never });
    await expect(start).rejects.toMatchObject({ name: "RuntimeError", kind });
    await guest.runtime.remove(id);
  });

  it("that cannot be set up gives crun's words, and its stdio stays prepared", patience, async () => {
    const id = newId();
    const spec = containerSpec(id, ["echo", "now"]);
    const wrong = { ...spec, process: { ...spec.process, cwd: "/etc/passwd" } };
    await guest.runtime.prepare(id, plain);
    const { stdout } = await guest.runtime.attach(id, { stdin: false, stdout: true, stderr: false });
    await expect(guest.runtime.start({ id, spec: wrong, stdio: plain, signal: never })).rejects.toMatchObject({
      kind: "other",
      reason: "chdir `/etc/passwd`: Not a directory",
    });
    await guest.runtime.start({ id, spec, stdio: plain, signal: never });
    await guest.runtime.wait(id);
    expect(await text(stdout)).toBe("now\n");
    await guest.runtime.remove(id);
  });
});

describe("exec", () => {
  it("runs beside init, with its own streams and status", patience, async () => {
    const container = await run(guest, ["sleep", "1000"]);
    const exec = async (args: readonly string[], stdio: TaskStdio = plain, input?: string) => {
      const execId = newId();
      await guest.runtime.prepare(execId, stdio);
      const streams = await guest.runtime.attach(execId, { stdin: stdio.stdin, stdout: true, stderr: true });
      const output = Promise.all([text(streams.stdout), text(streams.stderr)]);
      const process = processSpec(args, stdio.terminal !== undefined);
      try {
        await guest.runtime.exec({ id: container.id, execId, process, stdio, signal: never });
      } catch (error) {
        await guest.runtime.remove(execId);
        await output;
        throw error;
      }
      if (input !== undefined) await send(streams.stdin, input);
      const { exitCode } = await guest.runtime.wait(execId);
      const [out, err] = await output;
      await guest.runtime.remove(execId);
      return { exitCode, out, err };
    };
    expect(await exec(["sh", "-c", "echo in; echo oops >&2; exit 4"])).toEqual({
      exitCode: 4,
      out: "in\n",
      err: "oops\n",
    });
    expect((await exec(["ps"])).out).toMatch(/^ +1 root +sleep 1000$/m);
    expect((await exec(["cat"], { ...plain, stdin: true, stdinOnce: true }, "abc")).out).toBe("abc");
    const terminal: TaskStdio = { ...plain, terminal: { columns: 80, rows: 24 }, stdin: true };
    expect((await exec(["sh"], terminal, "tty; exit\n")).out).toMatch(/\/dev\/pts\/\d/);
    await expect(exec(["nosuch"])).rejects.toMatchObject({ kind: "not-found" });
    // A process that it leaves behind holds its output open, but only for a while.
    expect(await exec(["sh", "-c", "sleep 1000 & echo started"])).toMatchObject({ exitCode: 0, out: "started\n" });
    const top = await guest.runtime.top(container.id, ["-o", "pid,comm"]);
    expect(top.titles).toEqual(["PID", "COMMAND"]);
    expect(top.processes.map(([, name]) => name)).toEqual(["sleep", "sleep"]);
    await guest.runtime.remove(container.id);
  });
});

describe("readers", () => {
  it("each get everything, and one that goes away leaves the others alone", patience, async () => {
    const id = newId();
    const stdio: TaskStdio = { ...plain, stdin: true };
    await guest.runtime.prepare(id, stdio);
    const output = { stdin: false, stdout: true, stderr: false };
    const [first, second] = [await guest.runtime.attach(id, output), await guest.runtime.attach(id, output)];
    const { stdin } = await guest.runtime.attach(id, { stdin: true, stdout: false, stderr: false });
    await guest.runtime.start({
      id,
      spec: containerSpec(id, ["sh", "-c", "read x; echo $x; read x; echo $x"]),
      stdio,
      signal: never,
    });
    const reader = first.stdout?.getReader();
    await send(stdin, "one\n", false);
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("one\n");
    await reader?.cancel();
    await send(stdin, "two\n");
    expect(await text(second.stdout)).toBe("one\ntwo\n");
    await guest.runtime.remove(id);
  });

  it("that are slow hold the task back, and still get everything after it was removed", patience, async () => {
    const id = newId();
    await guest.runtime.prepare(id, plain);
    const { stdout } = await guest.runtime.attach(id, { stdin: false, stdout: true, stderr: false });
    await guest.runtime.start({
      id,
      spec: containerSpec(id, ["sh", "-c", "yes | head -c 3000000"]),
      stdio: plain,
      signal: never,
    });
    const reader = stdout?.getReader();
    let size = 0;
    // More than pipes and windows hold is left, so it cannot have ended.
    expect((await guest.runtime.processes(id)).length).toBeGreaterThan(0);
    while (size < 2_900_000) size += (await reader?.read())?.value?.length ?? 0;
    await guest.runtime.wait(id);
    await guest.runtime.remove(id);
    for (;;) {
      const next = await reader?.read();
      if (next === undefined || next.done) break;
      size += next.value.length;
    }
    expect(size).toBe(3_000_000);
  });
});

describe("the log", () => {
  const log: LogFile = { path: "/var/lib/docker/containers/test/test-json.log", maxBytes: 20_000, maxFiles: 3 };
  const read = (options: { follow?: string; tailLines?: number }): Promise<string[]> =>
    text(guest.readLog(log, { follow: options.follow, tailLines: options.tailLines, signal: never })).then((lines) =>
      lines
        .trimEnd()
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => (JSON.parse(line) as { log: string }).log),
    );

  it("is followed over its rotations, and read back from its end", patience, async () => {
    const id = newId();
    await guest.runtime.prepare(id, { ...plain, log });
    const followed = read({ follow: id });
    const loop = "i=0; while [ $i -lt 2000 ]; do echo line $i; i=$((i+1)); done; printf last";
    const spec = containerSpec(id, ["sh", "-c", loop]);
    await guest.runtime.start({ id, spec, stdio: { ...plain, log }, signal: never });
    await guest.runtime.wait(id);
    const all = Array.from({ length: 2000 }, (_, i) => `line ${String(i)}\n`).concat("last");
    expect(await followed).toEqual(all);
    const kept = await read({});
    expect(kept.length).toBeGreaterThan(300);
    expect(kept).toEqual(all.slice(-kept.length));
    expect(await read({ tailLines: 300 })).toEqual(all.slice(-300));
    expect(await read({ tailLines: 0 })).toEqual([]);
    expect(await shell(guest, "ls /var/lib/docker/containers/test")).toBe(
      "test-json.log\ntest-json.log.1\ntest-json.log.2\n",
    );
    await guest.runtime.remove(id);
  });

  it("that cannot be written holds nobody up", patience, async () => {
    const id = newId();
    await shell(
      guest,
      "rm /var/lib/docker/containers/test/*; dd if=/dev/zero of=/var/lib/docker/full bs=1M 2>/dev/null",
    );
    await guest.runtime.prepare(id, { ...plain, log: { ...log, maxBytes: 0 } });
    const spec = containerSpec(id, ["sh", "-c", "yes | head -c 500000; exit 5"]);
    await guest.runtime.start({ id, spec, stdio: { ...plain, log }, signal: never });
    expect((await guest.runtime.wait(id)).exitCode).toBe(5);
    await guest.runtime.remove(id);
    await shell(guest, "rm /var/lib/docker/full /var/lib/docker/containers/test/*");
  });
});

describe("a reading of the machine", () => {
  it("shows a container's processes, namespaces, cgroup and mounts", patience, async () => {
    const container = await run(guest, ["sleep", "1000"], { memory: 20 << 20 });
    const reading = await observe(guest.agent);
    expect(reading.cut).toBe(false);
    const init = reading.processes.find(({ pid }) => pid === container.pid);
    expect(init).toMatchObject({
      parent: 1,
      pids: [container.pid, 1],
      command: ["sleep", "1000"],
      state: "S",
      cgroup: `/docker/${container.id}`,
    });
    expect(init?.bounding).toContain("CAP_NET_RAW");
    expect(init?.bounding).not.toContain("CAP_SYS_ADMIN");
    const links = await shell(
      guest,
      `cd /proc/${String(container.pid)}/ns; for each in cgroup ipc mnt net pid time user uts; do readlink $each; done`,
    );
    expect(Object.entries(init?.namespaces ?? {}).map(([type, inode]) => `${type}:[${String(inode)}]\n`)).toEqual(
      links.split(/(?<=\n)/),
    );
    expect(reading.cgroups.find(({ path }) => path === `/docker/${container.id}`)).toMatchObject({
      memoryMax: 20 << 20,
      pidsCurrent: 1,
      frozen: false,
    });
    const mounts = reading.mounts.find(({ namespace }) => namespace === init?.namespaces.mnt)?.mounts;
    expect(mounts?.map(({ target }) => target)).toEqual(["/", "/proc", "/dev", "/dev/pts"]);
    await guest.runtime.remove(container.id);
  });
});

it("leaves nothing behind, however often", patience, async () => {
  const once = async (stdio: TaskStdio): Promise<void> => {
    const ended = await (await run(guest, ["echo", "hi"], { stdio })).ended();
    expect(ended).toMatchObject({ exitCode: 0, out: expect.stringMatching(/^hi\r?\n$/) as string });
  };
  const terminal: TaskStdio = { ...plain, terminal: { columns: 80, rows: 24 }, stdin: true };
  await once(plain);
  await once(terminal);
  const before = await leftovers();
  for (let i = 0; i < 25; i++) await once(i % 5 === 0 ? terminal : plain);
  await expect.poll(leftovers).toBe(before);
});

it("keeps tasks, their output and their exits over an epoch", patience, async () => {
  const stdio: TaskStdio = { ...plain, stdin: true, stdinOnce: true };
  const [typed, short, flood] = [newId(), newId(), newId()];
  const output = { stdin: false, stdout: true, stderr: false };
  await guest.runtime.start({ id: typed, spec: containerSpec(typed, ["cat"]), stdio, signal: never });
  await guest.runtime.start({
    id: short,
    spec: containerSpec(short, ["sh", "-c", "exit 6"]),
    stdio: plain,
    signal: never,
  });
  await guest.runtime.prepare(flood, plain);
  const reader = (await guest.runtime.attach(flood, output)).stdout?.getReader();
  await guest.runtime.start({ id: flood, spec: containerSpec(flood, ["seq", "100000"]), stdio: plain, signal: never });
  const decoder = new TextDecoder();
  let seen = decoder.decode((await reader?.read())?.value);
  // Held from here on, with as much under way as windows and pipes take.
  await guest.agent.barrier(true);
  const drained = (async () => {
    for (;;) {
      const next = await reader?.read().catch(() => undefined);
      if (next === undefined || next.done) return;
      seen += decoder.decode(next.value);
    }
  })();
  // Ending the epoch throws away what waits in the stream, so that is taken out first: it takes no time.
  await new Promise((resolve) => setImmediate(resolve));
  guest.agent.close();
  await drained;

  const agent = await connect(guest.machine.control, { epoch: 2, keepStubs: false });
  guest = { machine: guest.machine, ...driversOf(agent) };
  const { runtime } = guest;
  seen += await text((await runtime.attach(flood, output)).stdout);
  expect(seen).toBe(Array.from({ length: 100_000 }, (_, i) => `${String(i + 1)}\n`).join(""));
  const again = await runtime.attach(typed, { ...output, stdin: true });
  await send(again.stdin, "still there");
  expect(await text(again.stdout)).toBe("still there");
  expect((await runtime.wait(short)).exitCode).toBe(6);
  await Promise.all([typed, short, flood].map((id) => runtime.remove(id)));
});
