import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Recheck } from "./recheck.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("when a lesson looks again", () => {
  it("looks once after a burst, and never by itself", async () => {
    let looked = 0;
    const recheck = new Recheck(() => Promise.resolve(void looked++));
    for (let i = 0; i < 5; i++) {
      recheck.happened("learner");
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(looked).toBe(0);
    await vi.advanceTimersByTimeAsync(60);
    expect(looked).toBe(1);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(looked).toBe(1);
  });

  it("looks at output that never ends, too", async () => {
    let looked = 0;
    const recheck = new Recheck(() => Promise.resolve(void looked++));
    for (let i = 0; i < 50; i++) {
      recheck.happened("learner");
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(looked).toBeGreaterThanOrEqual(2);
    expect(looked).toBeLessThan(4);
  });

  it("is one at a time, and gives checks a third of the time at most", async () => {
    let running = 0;
    let looked = 0;
    const recheck = new Recheck(async () => {
      looked++;
      expect(++running).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 1000));
      running--;
    });
    for (let i = 0; i < 90; i++) {
      recheck.happened("learner");
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(looked).toBe(3);
  });

  it("does not chase what its own checks set off", async () => {
    let looked = 0;
    const recheck: Recheck = new Recheck(() => {
      looked++;
      recheck.happened("engine");
      return Promise.resolve();
    });
    recheck.happened("learner");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(looked).toBeLessThan(12);
    looked = 0;
    recheck.happened("learner");
    await vi.advanceTimersByTimeAsync(200);
    expect(looked).toBe(1);
  });

  it("ends", async () => {
    let looked = 0;
    const recheck = new Recheck(() => Promise.resolve(void looked++));
    recheck.happened("learner");
    recheck.end();
    recheck.happened("engine");
    await vi.advanceTimersByTimeAsync(1000);
    expect(looked).toBe(0);
  });
});
