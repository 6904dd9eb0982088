import { afterEach, expect, it, vi } from "vitest";
import { Executor } from "./executor.ts";
import { GuestClock } from "./guest-clock.ts";
import { coreOf, type V86Core } from "./v86-internals.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

/** An inner emulator that plans and executes as v86 does, with a processor of one function. */
function core(mainLoop: () => number, registers = { in_hlt: [0], flags: [1 << 9] }): V86Core {
  const inner = {
    tick_counter: 0,
    cpu: { main_loop: mainLoop, ...registers },
    yield: (_milliseconds: number, _tick: number): void => undefined,
    do_tick: (): void => undefined,
    next_tick(milliseconds: number): void {
      inner.yield(milliseconds, ++inner.tick_counter);
    },
    yield_callback(tick: number): void {
      if (tick === inner.tick_counter) inner.do_tick();
    },
  };
  return inner as unknown as V86Core;
}

const ignored = { afterSlice: () => undefined, crashed: () => undefined, timeSkipped: () => undefined };

it("tells of a trap in wasm, and executes nothing after it", async () => {
  let slices = 0;
  const crashes: string[] = [];
  const executor = new Executor(
    core(() => {
      if (++slices === 3) throw new Error("unreachable");
      return 0;
    }),
    new GuestClock(0),
    {
      ...ignored,
      crashed: (reason) => {
        crashes.push(reason);
        executor.end();
      },
    },
  );
  executor.run();
  await vi.waitFor(() => expect(crashes).toEqual(["the emulator failed: unreachable"]));
  executor.run();
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(slices).toBe(3);
  expect(executor.running).toBe(false);
});

it("tells of a processor that sleeps with interrupts off", async () => {
  const crashes: string[] = [];
  const executor = new Executor(
    core(() => 100, { in_hlt: [1], flags: [0] }),
    new GuestClock(0),
    {
      ...ignored,
      crashed: (reason) => {
        crashes.push(reason);
        executor.end();
      },
    },
  );
  executor.run();
  await vi.waitFor(() => expect(crashes).toEqual(["the processor halted with interrupts off"]));
});

it("ends a sleep when an interrupt plans a new slice", async () => {
  let slices = 0;
  const inner = core(() => (++slices, 60_000));
  const executor = new Executor(inner, new GuestClock(0), ignored);
  executor.run();
  await vi.waitFor(() => expect(slices).toBe(1));
  inner.next_tick(0);
  await vi.waitFor(() => expect(slices).toBe(2));
  executor.end();
});

it("lets everyone who paused from within a slice go on when it has ended", async () => {
  const pauses: Promise<void>[] = [];
  let slices = 0;
  const executor: Executor = new Executor(
    core(() => {
      if (++slices === 1) pauses.push(executor.pause(), executor.pause());
      return 0;
    }),
    new GuestClock(0),
    ignored,
  );
  executor.run();
  await vi.waitFor(() => expect(pauses).toHaveLength(2));
  await Promise.all(pauses);
  expect(executor.running).toBe(false);
  expect(slices).toBe(1);
});

it("keeps the clock still while it is frozen", () => {
  let real = 5000;
  vi.spyOn(performance, "now").mockImplementation(() => real);
  const clock = new GuestClock(100);
  real += 1000;
  expect(clock.now()).toBe(100);
  expect(clock.thaw()).toBe(1000);
  real += 50;
  expect(clock.now()).toBe(150);
  clock.freeze();
  real += 7;
  expect(clock.now()).toBe(150);
  expect(clock.thaw()).toBe(7);
  real += 30;
  clock.skip(20);
  expect(clock.now()).toBe(160);
});

it("names what an upgrade of v86 moved", () => {
  expect(() => coreOf({ v86: { ...core(() => 0), idle: true, init: () => undefined } })).toThrow(
    "this version of v86 does not fit: save_state is undefined, not function (see v86-internals.ts)",
  );
});
