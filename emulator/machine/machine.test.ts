import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { decodeSave, decodeSnapshot, encodeSave, encodeSnapshot } from "../save/save.ts";
import { bootMachine } from "./boot.ts";
import { type Machine, MachineEnded, type MachineOptions, type MachineState } from "./machine.ts";
import { restoreMachine } from "./restore.ts";
import { checkState, restoreState, v86Version } from "./state.ts";
import { TestGuest, testImages, testOptions } from "./testdata/test-guest.ts";
import { startMachine } from "./v86-machine.ts";

/** Of a machine that waits for a line on its control port. */
let booted: MachineState;
const machines: Machine[] = [];

beforeAll(async () => {
  const guest = await TestGuest.boot();
  await guest.machine.pause();
  booted = await guest.machine.save();
  await guest.machine.destroy();
}, 60_000);

afterEach(async () => {
  vi.restoreAllMocks();
  for (const machine of machines.splice(0)) await machine.destroy();
});

async function restored(options: Partial<MachineOptions> = {}, state = booted): Promise<TestGuest> {
  const machine = await restoreMachine(testOptions(options), state);
  machines.push(machine);
  const guest = new TestGuest(machine);
  machine.run();
  return guest;
}

function noise(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0, x = 1; i < length; i++) bytes[i] = (x = (x * 1103515245 + 12345) >>> 0) >>> 24;
  return bytes;
}

const md5 = (bytes: Uint8Array): string => createHash("md5").update(bytes).digest("hex");
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

describe("console port", () => {
  it("loses no byte of megabytes to the guest", async () => {
    const guest = await restored();
    const bytes = noise(3 * 1024 * 1024 + 17);
    const line =
      "dd bs=1 count=17 <&3 2>/dev/null >/tail; dd bs=65536 count=48 iflag=fullblock <&3 2>/dev/null | cat /tail - | md5sum";
    expect((await guest.sh(line, bytes)).output).toBe(`${md5(bytes)}  -\n`);
  });

  it("loses no byte of megabytes from the guest", async () => {
    const guest = await restored();
    const { output } = await guest.sh("seq 1 400000 | cat");
    expect(output.length).toBe(2_688_895);
    expect(output).toBe(Array.from({ length: 400_000 }, (_, i) => `${i + 1}\n`).join(""));
  });

  it("keeps both ways apart when they are full at once", async () => {
    const guest = await restored();
    const bytes = noise(1024 * 1024);
    const { output } = await guest.sh("dd bs=4096 count=256 iflag=fullblock <&3 2>/dev/null", bytes);
    expect(md5(Buffer.from(output, "latin1"))).toBe(md5(bytes));
  });

  it("keeps the order of many small messages", async () => {
    const guest = await restored();
    const pieces = Array.from({ length: 5000 }, (_, i) => Buffer.from(`${i}\n`));
    const sent = guest.send(`dd bs=1 count=${Buffer.concat(pieces).length} <&3 2>/dev/null | md5sum`);
    const all = Promise.all([sent, ...pieces.map((piece) => guest.machine.control.send(piece))]);
    expect((await guest.until(/^(\w+) {2}-\nexit 0\n/))[1]).toBe(md5(Buffer.concat(pieces)));
    await all;
  });

  it("holds what is sent until the guest has spoken", async () => {
    const machine = await bootMachine(testOptions(), testImages());
    machines.push(machine);
    const guest = new TestGuest(machine);
    const sent = guest.send("echo early");
    machine.run();
    await guest.until(/^ready\nearly\nexit 0\n$/);
    await sent;
  }, 60_000);
});

it("gives the guest the memory it was asked for", async () => {
  const guest = await restored();
  const total = Number(/MemTotal: +(\d+) kB/.exec((await guest.sh("cat /proc/meminfo")).output)?.[1]);
  expect(total).toBeGreaterThan(118 * 1024);
});

describe("9P device", () => {
  it("answers the guest before it goes on", async () => {
    const requests: number[] = [];
    const guest = await restored({
      ninep: (request) => {
        requests.push(request[4] ?? 0);
        return emptyDirectory(request);
      },
    });
    const { output, status } = await guest.sh(
      "mount -t 9p -o trans=virtio,version=9p2000.L,msize=65536 host9p /mnt && ls -1a /mnt && stat -c %a /mnt && umount /mnt",
    );
    expect(output).toBe(".\n..\n755\n");
    expect(status).toBe(0);
    expect(requests.slice(0, 2)).toEqual([100, 104]);
  });
});

describe("network card", () => {
  it("carries frames both ways", async () => {
    const guest = await restored();
    const card = guest.machine.ethernet;
    const types: number[] = [];
    card.receive((frame) => {
      types.push(((frame[12] ?? 0) << 8) | (frame[13] ?? 0));
      if (types.at(-1) === 0x0806) card.send(arpReply(frame));
    });
    await guest.sh("ip addr add 10.0.0.2/24 dev eth0; ip link set eth0 up; ping -c 1 -W 1 10.0.0.1");
    const { output } = await guest.sh("cat /proc/net/arp");
    expect(types).toContain(0x0806);
    expect(types).toContain(0x0800);
    expect(output).toContain("02:00:00:00:00:01");
  });
});

describe("pause", () => {
  it("stops execution, and run goes on", async () => {
    const guest = await restored();
    await guest.send("while :; do :; done");
    await vi.waitFor(() => expect(guest.machine.instructions()).toBeGreaterThan(1e6));
    await guest.machine.pause();
    const count = guest.machine.instructions();
    await settled();
    expect(guest.machine.running).toBe(false);
    expect(guest.machine.instructions()).toBe(count);
    guest.machine.run();
    await vi.waitFor(() => expect(guest.machine.instructions()).not.toBe(count));
  });

  it("can be asked for from within the guest's execution", async () => {
    const guest = await restored();
    let paused: Promise<void> | undefined;
    guest.machine.control.receive(() => (paused ??= guest.machine.pause()));
    await guest.send("while :; do echo; done");
    await vi.waitFor(() => expect(paused).toBeDefined());
    await paused;
    const count = guest.machine.instructions();
    await settled();
    expect(guest.machine.instructions()).toBe(count);
  });

  it("keeps what is sent meanwhile", async () => {
    const guest = await restored();
    await guest.machine.pause();
    const answer = guest.sh("echo kept");
    await settled();
    guest.machine.run();
    expect((await answer).output).toBe("kept\n");
  });
});

describe("the guest's time", () => {
  const uptime = async (guest: TestGuest): Promise<number> =>
    Number.parseFloat((await guest.sh("cat /proc/uptime")).output);
  const timerInterrupts = async (guest: TestGuest): Promise<number> =>
    Number(/LOC: +(\d+)/.exec((await guest.sh("cat /proc/interrupts")).output)?.[1]);
  const tenMinutes = 600_000;

  function jumpingClock(): { ahead: number } {
    const jump = { ahead: 0 };
    const now = performance.now.bind(performance);
    vi.spyOn(performance, "now").mockImplementation(() => now() + jump.ahead);
    return jump;
  }

  it("stands still in a long pause, and no late timer follows", async () => {
    const jump = jumpingClock();
    const skipped: number[] = [];
    const guest = await restored({ onTimeSkipped: (milliseconds) => skipped.push(milliseconds) });
    // A process with a timer of a hundredth of a second, which would be 60 000 ticks late.
    await guest.send("(while :; do usleep 10000; echo >> /ticks; done) >/dev/null 2>&1 &");
    await guest.until(/exit 0\n/);
    const [before, ticks] = [await uptime(guest), await timerInterrupts(guest)];
    await guest.machine.pause();
    jump.ahead += tenMinutes;
    guest.machine.run();
    const after = await uptime(guest);
    expect(after - before).toBeLessThan(30);
    expect((await timerInterrupts(guest)) - ticks).toBeLessThan(3000);
    expect(skipped).toHaveLength(1);
    expect(skipped[0]).toBeGreaterThanOrEqual(tenMinutes);
  });

  it("leaves out what a suspended host did not let it live through", async () => {
    const jump = jumpingClock();
    const skipped: number[] = [];
    const guest = await restored({ onTimeSkipped: (milliseconds) => skipped.push(milliseconds) });
    const before = await uptime(guest);
    jump.ahead += tenMinutes;
    expect((await uptime(guest)) - before).toBeLessThan(30);
    expect(Math.max(...skipped)).toBeGreaterThanOrEqual(tenMinutes);
  });

  it("goes on from where it was saved", async () => {
    const guest = await restored();
    const before = await uptime(guest);
    await guest.machine.pause();
    const state = await guest.machine.save();
    jumpingClock().ahead = -tenMinutes;
    const other = await restored({}, state);
    const after = await uptime(other);
    expect(after).toBeGreaterThanOrEqual(before);
    expect(after - before).toBeLessThan(30);
    expect((await other.sh("usleep 50000; echo slept")).output).toBe("slept\n");
  });
});

describe("save and restore", () => {
  it("keep memory", async () => {
    const guest = await restored();
    await guest.sh("seq 1 20000 > /numbers");
    await guest.machine.pause();
    const state = await guest.machine.save();
    checkState(state);
    const other = await restored({}, state);
    const numbers = Array.from({ length: 20_000 }, (_, i) => `${i + 1}\n`).join("");
    expect((await other.sh("md5sum < /numbers")).output).toBe(`${md5(Buffer.from(numbers))}  -\n`);
  });

  it("go through a save that holds the difference", async () => {
    const outer = { engine: {}, layerfs: {}, layers: [], created: new Date(0) };
    const base = await decodeSnapshot(await encodeSnapshot({ machine: booted, ...outer }));
    const guest = await restored({}, base.machine);
    await guest.sh("seq 1 20000 | md5sum > /sum");
    await guest.machine.pause();
    const bytes = await encodeSave({ machine: await guest.machine.save(), ...outer }, base);
    expect(bytes.length).toBeLessThan(booted.pages.length / 20);
    const other = await restored({}, (await decodeSave(bytes, base)).machine);
    expect((await other.sh("seq 1 20000 | md5sum | cmp - /sum && echo same")).output).toBe("same\n");
  });

  it("keep the registers that v86 forgets", async () => {
    const guest = await restored();
    await guest.send("(sleep 1; touch /go) & /registers");
    await guest.until(/^held\n/);
    await guest.machine.pause();
    const other = await restored({}, await guest.machine.save());
    const answer = other.until(/^exit (\d+)\n/);
    expect((await answer)[1]).toBe("0");
  });

  it("write lazy flags, x87 status and MXCSR to where the processor reads them", async () => {
    const source = await startMachine(testOptions(), booted.memory);
    machines.push(source.machine);
    restoreState(source.emulator.v86, source.clock, booted);
    const guest = new TestGuest(source.machine);
    source.machine.run();
    await guest.send("while :; do :; done");
    await vi.waitFor(() => expect(source.machine.instructions()).toBeGreaterThan(1e6));
    await source.machine.pause();
    const { cpu } = source.emulator.v86;
    cpu.last_result[0] = 0x1234567;
    cpu.fpu_status_word[0] = 0x3004;
    cpu.mxcsr[0] = 0x5f80;
    const target = await startMachine(testOptions(), booted.memory);
    machines.push(target.machine);
    restoreState(target.emulator.v86, target.clock, await source.machine.save());
    const { buffer } = target.emulator.v86.cpu.wasm_memory;
    expect(new Int32Array(buffer, 112, 1)[0]).toBe(0x1234567);
    expect(new Uint16Array(buffer, 1040, 1)[0]).toBe(0x3004);
    expect(new Int32Array(buffer, 824, 1)[0]).toBe(0x5f80);
  });

  it("carry on a computation in the middle of an instruction sequence", async () => {
    let guest = await restored();
    await guest.send("i=0; s=0; while [ $i -lt 12000 ]; do s=$(( (s * 31 + i) % 1000003 )); i=$((i+1)); done; echo $s");
    for (let hop = 0; hop < 8; hop++) {
      const start = guest.machine.instructions();
      await vi.waitFor(() => expect((guest.machine.instructions() - start) >>> 0).toBeGreaterThan(1e6));
      await guest.machine.pause();
      guest = await restored({}, await guest.machine.save());
    }
    let sum = 0;
    for (let i = 0; i < 12_000; i++) sum = (sum * 31 + i) % 1_000_003;
    expect((await guest.until(/^(\d+)\nexit 0\n/))[1]).toBe(String(sum));
  });

  it("refuse a state that cannot be right", async () => {
    await expect(restoreMachine(testOptions(), { ...booted, v86: "0.5.1" })).rejects.toThrow(
      `the state is of v86 0.5.1, not ${v86Version}`,
    );
    const cut = { ...booted, pages: booted.pages.subarray(4096) };
    await expect(restoreMachine(testOptions(), cut)).rejects.toThrow("does not fit its page bitmap");
  });

  it("name the version of v86 that is installed", () => {
    const manifest = new URL("../../node_modules/v86/package.json", import.meta.url);
    const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
    expect(version.split("+")[0]).toBe(v86Version);
  });
});

describe("a crash", () => {
  it("of the kernel is told once, with its last words", async () => {
    const crashes: [string, string][] = [];
    const guest = await restored({ onCrash: (reason, output) => crashes.push([reason, output]) });
    await guest.send("exit 3");
    await vi.waitFor(() => expect(crashes).toHaveLength(1), 10_000);
    expect(crashes[0]?.[0]).toBe("Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000300");
    expect(crashes[0]?.[1]).toContain("end Kernel panic");
    expect(guest.machine.running).toBe(false);
    await expect(guest.machine.control.send(Uint8Array.of(1))).rejects.toThrow(MachineEnded);
    expect(() => guest.machine.run()).toThrow(MachineEnded);
    await guest.machine.destroy();
    expect(crashes).toHaveLength(1);
  });

  it("is what a restart of the guest is", async () => {
    const crashes: string[] = [];
    const guest = await restored({ onCrash: (reason) => crashes.push(reason) });
    await guest.send("reboot -f");
    await vi.waitFor(() => expect(crashes).toEqual(["the guest restarted"]), 10_000);
  });

  it("is what a halt of the guest is", async () => {
    const crashes: string[] = [];
    const guest = await restored({ onCrash: (reason) => crashes.push(reason) });
    await guest.send("halt -f");
    await vi.waitFor(() => expect(crashes).toHaveLength(1), 10_000);
    expect(crashes[0]).toMatch(/^the (guest shut down|processor halted)/);
  });
});

it("a destroyed machine rejects what is waiting", async () => {
  const guest = await restored();
  await guest.machine.pause();
  const waiting = guest.send("never");
  await guest.machine.destroy();
  await expect(waiting).rejects.toThrow("the machine was destroyed");
});

/** A 9P2000.L server whose tree is one empty directory. */
function emptyDirectory(request: Uint8Array): Uint8Array {
  const view = new DataView(request.buffer, request.byteOffset, request.byteLength);
  const type = view.getUint8(4);
  const reply = (...body: number[]): Uint8Array => {
    const length = 7 + body.length;
    return Uint8Array.of(length & 255, length >> 8, 0, 0, type + 1, view.getUint8(5), view.getUint8(6), ...body);
  };
  const zeros = (count: number): number[] => new Array<number>(count).fill(0);
  const qid = [0x80, ...zeros(4), 1, ...zeros(7)];
  switch (type) {
    case 100: // version: msize, string
      return reply(...request.subarray(7, 11), 8, 0, ...Buffer.from("9P2000.L"));
    case 104: // attach
      return reply(...qid);
    case 110: // walk, of no names
      return reply(0, 0);
    case 12: // lopen
      return reply(...qid, 0, 0, 0, 0);
    case 24: // getattr: valid, qid, mode, uid, gid, nlink, rdev, size, ...
      return reply(0xff, 7, ...zeros(6), ...qid, 0xed, 0x41, 0, 0, ...zeros(8), 2, ...zeros(7 + 15 * 8 - 8));
    case 40: // readdir: nothing but the two names every directory has
      return view.getUint32(11, true) > 0
        ? reply(0, 0, 0, 0)
        : reply(
            51, 0, 0, 0,
            ...qid, 1, ...zeros(7), 4, 1, 0, 0x2e,
            ...qid, 2, ...zeros(7), 4, 2, 0, 0x2e, 0x2e,
          ); // prettier-ignore
    case 120: // clunk
      return reply();
    default: {
      const [, , , , , low = 0, high = 0] = request;
      return Uint8Array.of(11, 0, 0, 0, 7, low, high, 95, 0, 0, 0);
    }
  }
}

/** The answer of a host at 02:00:00:00:00:01 to an ARP request. */
function arpReply(request: Uint8Array): Uint8Array {
  const address = [2, 0, 0, 0, 0, 1];
  const [asker, askerIp, askedIp] = [request.subarray(6, 12), request.subarray(28, 32), request.subarray(38, 42)];
  return Uint8Array.of(
    ...asker,
    ...address,
    ...request.subarray(12, 20),
    0,
    2,
    ...address,
    ...askedIp,
    ...asker,
    ...askerIp,
  );
}
