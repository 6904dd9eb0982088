import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Recheck, type Turn } from "./recheck.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const wait = (time: number) => vi.advanceTimersByTimeAsync(time);
const lasting = (time: number, { stopped }: Turn) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, time);
    stopped.addEventListener("abort", () => (clearTimeout(timer), resolve()));
  });

describe("when a lesson looks again", () => {
  it.each(["prompt", "file", "engine"] as const)(
    "looks within 150 ms after a %s, once, and never by itself",
    async (what) => {
      let looked = 0;
      const recheck = new Recheck(() => Promise.resolve(void looked++));
      recheck.happened(what);
      recheck.happened(what);
      await wait(150);
      expect(looked).toBe(1);
      await wait(600_000);
      expect(looked).toBe(1);
    },
  );

  it("waits for a command to end, but not for output that never does", async () => {
    let looked = 0;
    const recheck = new Recheck(() => Promise.resolve(void looked++));
    for (let i = 0; i < 3; i++) {
      recheck.happened("output");
      await wait(200);
    }
    expect(looked).toBe(0);
    recheck.happened("prompt");
    await wait(150);
    expect(looked).toBe(1);
    await wait(5000);
    expect(looked).toBe(1);
    for (let i = 0; i < 50; i++) {
      recheck.happened("output");
      await wait(100);
    }
    expect(looked).toBeGreaterThanOrEqual(3);
    expect(looked).toBeLessThan(5);
  });

  it("gives checks a third of the time at most while a command prints", async () => {
    let running = 0;
    let looked = 0;
    const recheck = new Recheck(async (turn) => {
      looked++;
      expect(++running).toBe(1);
      await lasting(1000, turn);
      running--;
    });
    for (let i = 0; i < 90; i++) {
      recheck.happened("output");
      await wait(100);
    }
    expect(looked).toBe(3);
  });

  it("makes a look outdated when a command is over, and follows it by another at once", async () => {
    const turns: Turn[] = [];
    const recheck = new Recheck((turn) => (turns.push(turn), lasting(3000, turn)));
    recheck.happened("prompt");
    await wait(1000);
    expect(turns).toHaveLength(1);
    recheck.happened("prompt");
    expect(turns[0]?.outdated.aborted).toBe(true);
    expect(turns[0]?.stopped.aborted).toBe(false);
    await wait(2030);
    expect(turns).toHaveLength(1);
    await wait(100);
    expect(turns).toHaveLength(2);
    expect(turns[1]?.outdated.aborted).toBe(false);
  });

  it("gives way to what the learner asks, and goes on afterwards", async () => {
    const turns: Turn[] = [];
    const recheck = new Recheck((turn) => (turns.push(turn), lasting(3000, turn)));
    recheck.happened("prompt");
    await wait(100);
    const asked = recheck.instead(async () => {
      await new Promise((resolve) => setTimeout(resolve, 500));
      return "said";
    });
    expect(turns[0]?.stopped.aborted).toBe(true);
    recheck.happened("prompt");
    await wait(490);
    expect(turns).toHaveLength(1);
    await wait(10);
    expect(await asked).toBe("said");
    await wait(150);
    expect(turns).toHaveLength(2);
    // Nothing was wanted before, and nothing is afterwards.
    await wait(10_000);
    await recheck.instead(() => Promise.resolve());
    await wait(10_000);
    expect(turns).toHaveLength(2);
  });

  it("does not chase what its own checks set off, during a look or right after it", async () => {
    for (const late of [0, 5]) {
      let looked = 0;
      const recheck: Recheck = new Recheck(() => {
        looked++;
        if (late === 0) recheck.happened("engine");
        else setTimeout(() => recheck.happened("engine"), late);
        return Promise.resolve();
      });
      recheck.happened("prompt");
      await wait(60_000);
      expect(looked).toBeGreaterThan(1);
      expect(looked).toBeLessThan(12);
      looked = 0;
      recheck.happened("prompt");
      await wait(150);
      expect(looked, `events after ${late} ms`).toBe(1);
      recheck.end();
    }
  });

  it("ends, with the look that goes on", async () => {
    let looked = 0;
    let turn: Turn | undefined;
    const recheck = new Recheck((now) => (looked++, (turn = now), lasting(1000, now)));
    recheck.happened("prompt");
    await wait(100);
    recheck.happened("prompt");
    recheck.end();
    expect(turn?.stopped.aborted).toBe(true);
    recheck.happened("engine");
    await wait(10_000);
    expect(looked).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});
