import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { GuestFileError } from "../../engine/runtime.ts";
import type { ConnectedAgent } from "../../agent/connect.ts";
import { WINDOW_TO_GUEST, WINDOW_TO_HOST } from "../../protocol/messages.ts";
import { Guest, make, readAll } from "./testing/native-agent.ts";

/** What the kernel holds in a pipe. */
const PIPE = 65536;
const env = ["PATH=/usr/bin:/bin"];
const pipes = { kind: "pipes", stdin: true } as const;

let guest: Guest;
let agent: ConnectedAgent;

beforeAll(() => void make("native"), 120_000);
beforeEach(async () => {
  guest = new Guest();
  agent = await guest.connect();
});
afterEach(() => guest.stop());

const start = (argv: readonly string[], stdio: Parameters<ConnectedAgent["spawn"]>[0]["stdio"] = pipes) =>
  agent.spawn({ argv, env, cwd: "/", stdio });
const sh = (script: string) => start(["sh", "-c", script]);
const written = async (pid: number) =>
  Number(/^wchar: (\d+)/m.exec(Buffer.from(await agent.readFile(`/proc/${pid}/io`)).toString())?.[1]);
const read = async (pid: number) =>
  Number(/^rchar: (\d+)/m.exec(Buffer.from(await agent.readFile(`/proc/${pid}/io`)).toString())?.[1]);
/** Waits until a number no longer changes. */
async function settled(look: () => Promise<number>): Promise<number> {
  let last = -1;
  let same = 0;
  await vi.waitUntil(
    async () => {
      const now = await look();
      same = now === last ? same + 1 : 0;
      last = now;
      return same === 10;
    },
    { timeout: 10_000, interval: 10 },
  );
  return last;
}

describe("a process", () => {
  test("has the pipes, folder and environment it was given", async () => {
    const child = await agent.spawn({
      argv: ["sh", "-c", 'cat; pwd; echo "$A"; echo oops >&2; exit 3'],
      env: [...env, "A=b c"],
      cwd: "/usr",
      stdio: pipes,
    });
    const writer = child.stdin?.getWriter();
    await writer?.write(Buffer.from("hello\n"));
    await writer?.close();
    expect((await readAll(child.stdout)).toString()).toBe("hello\n/usr\nb c\n");
    expect((await readAll(child.stderr)).toString()).toBe("oops\n");
    expect(await child.exited).toEqual({ code: 3, signal: undefined });
  });

  test("ends by a signal", async () => {
    const child = await start(["sleep", "100"], { kind: "null" });
    await child.signal(15);
    expect(await child.exited).toEqual({ code: 143, signal: 15 });
    await expect(child.signal(15)).rejects.toMatchObject({ code: "ESRCH" });
  });

  test("that cannot start says why", async () => {
    const failure = async (request: Partial<Parameters<ConnectedAgent["spawn"]>[0]>) =>
      agent.spawn({ argv: ["true"], env, cwd: "/", stdio: pipes, ...request }).then(
        () => undefined,
        (error: unknown) => (error as GuestFileError).code,
      );
    expect(await failure({ argv: ["no-such-command"] })).toBe("ENOENT");
    expect(await failure({ argv: ["/"] })).toBe("EACCES");
    expect(await failure({ argv: [] })).toBe("EINVAL");
    expect(await failure({ cwd: "/nowhere" })).toBe("ENOENT");
    expect(await failure({ cgroup: "no/such/group" })).toBe("ENOENT");
    expect(await failure({ argv: [`/${"x/".repeat(300)}sh`] })).toBe("ENOENT");
    expect(await failure({})).toBeUndefined();
  });

  test("is told from the many that come and go at once", async () => {
    const codes = Array.from({ length: 60 }, (_, i) => i);
    const ended = codes.map(async (code) => (await (await sh(`exit ${code}`)).exited).code);
    expect(await Promise.all(ended)).toEqual(codes);
  });

  test("gives its last output before its exit, though a grandchild keeps the pipe", async () => {
    const child = await sh("sleep 100 & echo $!; exit 5");
    const reader = child.stdout?.getReader();
    const first = await reader?.read();
    expect(await child.exited).toEqual({ code: 5, signal: undefined });
    const grandchild = await start(
      [
        "kill",
        Buffer.from(first?.value ?? [])
          .toString()
          .trim(),
      ],
      { kind: "null" },
    );
    expect((await grandchild.exited).code).toBe(0);
    expect((await reader?.read())?.done).toBe(true);
  });
});

describe("a terminal", () => {
  const pty = { kind: "pty", size: { columns: 91, rows: 27 } } as const;

  test("is the controlling one, and is resized", async () => {
    const child = await start(
      ["sh", "-c", "trap 'stty size; exit 4' WINCH; stty size < /dev/tty; while :; do sleep 0.01; done"],
      pty,
    );
    const reader = child.stdout?.getReader();
    let text = "";
    const until = async (wanted: string) => {
      while (!text.includes(wanted)) text += Buffer.from((await reader?.read())?.value ?? []).toString();
    };
    await until("27 91\r\n");
    await child.resize({ columns: 100, rows: 30 });
    await until("30 100\r\n");
    expect((await child.exited).code).toBe(4);
    expect((await reader?.read())?.done).toBe(true);
  });

  test("turns Ctrl-C into SIGINT, and Ctrl-D into an end", async () => {
    const sleeping = await start(["sh", "-c", "echo on; exec sleep 100"], pty);
    const reader = sleeping.stdout?.getReader();
    await reader?.read();
    await sleeping.stdin?.getWriter().write(Uint8Array.of(3));
    expect(await sleeping.exited).toEqual({ code: 130, signal: 2 });

    const reading = await start(["cat"], pty);
    await reading.stdin?.getWriter().write(Uint8Array.of(4));
    expect((await reading.exited).code).toBe(0);
    expect((await readAll(reading.stdout)).length).toBeGreaterThanOrEqual(0);
  });

  test("does not hang up on a process that closes it before it ends", async () => {
    for (let i = 0; i < 20; i++) {
      const child = await start(["sh", "-c", "exec 0<&- 1<&- 2<&-; sleep 0.02; exit 6"], pty);
      expect(await readAll(child.stdout)).toHaveLength(0);
      expect(await child.exited).toEqual({ code: 6, signal: undefined });
    }
  });

  test("hangs up when its streams are given up", async () => {
    const child = await start(["sleep", "100"], pty);
    await child.stdin?.abort();
    expect(await child.exited).toEqual({ code: 129, signal: 1 });
  });
});

describe("credit", () => {
  test("20 MB come whole", async () => {
    const child = await sh("head -c 20000000 /dev/zero | tr '\\0' x");
    let length = 0;
    let other = 0;
    for await (const chunk of child.stdout ?? []) {
      length += chunk.length;
      if (chunk.some((byte) => byte !== 120)) other++;
    }
    expect([length, other]).toEqual([20_000_000, 0]);
    expect((await child.exited).code).toBe(0);
  });

  test("20 MB go whole", async () => {
    const child = await start(["sha256sum"]);
    const bytes = Buffer.alloc(20_000_000, "0123456789abcde");
    const writer = child.stdin?.getWriter();
    await writer?.write(bytes);
    await writer?.close();
    const { createHash } = await import("node:crypto");
    expect((await readAll(child.stdout)).toString().slice(0, 64)).toBe(
      createHash("sha256").update(bytes).digest("hex"),
    );
  });

  test("a writer that nobody reads is held, and goes on where it was", async () => {
    const child = await start(["head", "-c", "20000000", "/dev/zero"]);
    const held = await settled(() => written(child.pid));
    expect(held).toBeGreaterThanOrEqual(WINDOW_TO_HOST);
    expect(held).toBeLessThanOrEqual(WINDOW_TO_HOST + PIPE + 65536);
    let length = 0;
    for await (const chunk of child.stdout ?? []) length += chunk.length;
    expect(length).toBe(20_000_000);
  });

  test("a process that does not read holds the host, whose writes wait", async () => {
    const child = await sh("read -r line < /dev/tty || kill -STOP $$; wc -c");
    const bytes = new Uint8Array(1_000_000);
    const writer = child.stdin?.getWriter();
    let done = false;
    const writing = writer?.write(bytes).then(() => (done = true));
    expect(await settled(() => read(child.pid))).toBeLessThan(PIPE);
    expect(done).toBe(false);
    await child.signal(18);
    await writing;
    await writer?.close();
    expect((await readAll(child.stdout)).toString().trim()).toBe("1000000");
    expect(WINDOW_TO_GUEST + PIPE).toBeLessThan(bytes.length);
  });

  test("a reader that is cancelled ends the writer", async () => {
    const child = await start(["yes"]);
    const reader = child.stdout?.getReader();
    await reader?.read();
    await reader?.cancel();
    expect(await child.exited).toEqual({ code: 141, signal: 13 });
  });

  test("a reader that is cancelled after the end is no matter", async () => {
    const child = await sh("echo hi");
    await child.exited;
    await child.stdout?.cancel();
    await agent.barrier();
  });

  test("a process that closes its input breaks the writer with EPIPE", async () => {
    const child = await sh("exec 0<&-; echo closed; sleep 100");
    await child.stdout?.getReader().read();
    const writer = child.stdin?.getWriter();
    await expect(
      (async () => {
        for (;;) await writer?.write(new Uint8Array(1000));
      })(),
    ).rejects.toMatchObject({ name: "GuestStreamError", code: "EPIPE" });
    await child.signal(9);
    expect((await child.exited).signal).toBe(9);
  });

  test("a process that ends while it is written to breaks the writer", async () => {
    const child = await start(["sleep", "100"]);
    const writer = child.stdin?.getWriter();
    const writing = writer?.write(new Uint8Array(1_000_000));
    const broken = expect(writing).rejects.toMatchObject({ code: "EPIPE" });
    await child.signal(9);
    await broken;
    expect((await child.exited).signal).toBe(9);
  });

  test("a writer that is aborted while it waits", async () => {
    const child = await start(["sleep", "100"]);
    const writer = child.stdin?.getWriter();
    writer?.write(new Uint8Array(1_000_000)).catch(() => undefined);
    await agent.barrier();
    await writer?.abort();
    await child.signal(9);
    expect((await child.exited).signal).toBe(9);
    await agent.barrier();
  });

  test("many streams at once keep apart", async () => {
    const sums = Array.from({ length: 20 }, async (_, i) => {
      const child = await start(["cat"]);
      const bytes = Buffer.alloc(300_000, i);
      const writer = child.stdin?.getWriter();
      void writer?.write(bytes).then(() => writer.close());
      return (await readAll(child.stdout)).equals(bytes);
    });
    expect(await Promise.all(sums)).toEqual(sums.map(() => true));
  });
});
