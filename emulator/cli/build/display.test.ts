import { describe, expect, it, vi } from "vitest";
import { at } from "../testing/build-engine.ts";
import { BrokenPipe, type OutputStream } from "../invocation.ts";
import { buildColors } from "./colors.ts";
import { buildDisplay } from "./display.ts";

const status = { vertexes: [{ digest: "1", name: "RUN make", started: at(0) }] };

function displayOn(write: (text: string) => Promise<void>, now: () => number) {
  const output: OutputStream = { isTerminal: true, write: (text) => write(String(text)) };
  return buildDisplay("tty", {
    output,
    size: () => ({ columns: 60, rows: 20 }),
    now,
    colors: buildColors({ NO_COLOR: "1" }),
    description: { plain: "", tty: "docker:default" },
  });
}

describe("the display of a build", () => {
  it("lets its timers run between two messages, and stops them at the end", async () => {
    vi.useFakeTimers({ now: Date.parse(at(0)) });
    try {
      const frames: string[] = [];
      const write = (text: string): Promise<void> => Promise.resolve(void frames.push(text));
      const display = displayOn(write, Date.now);
      await display.apply(status, status);
      await vi.advanceTimersByTimeAsync(450);
      expect(frames.map((text) => /Building (\S+)/.exec(text)?.[1])).toEqual(["0.0s", "0.1s", "0.3s", "0.5s"]);
      await display.end();
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it("draws over what it drew, and never while a write is under way", async () => {
    const frames: string[] = [];
    let now = Date.parse(at(0));
    let finish = (): void => undefined;
    const display = displayOn(
      (text) => {
        frames.push(text);
        return new Promise((resolve) => (finish = resolve));
      },
      () => (now += 500),
    );
    const first = display.apply(status, status);
    const second = display.apply(status, status);
    expect(frames.length).toBe(1);
    finish();
    await Promise.all([first, second]);
    const last = display.end();
    await Promise.resolve();
    finish();
    await last;
    expect(frames[1]?.startsWith("\x1b[2A\x1b[0G")).toBe(true);
  });

  it("ends when nobody reads any more", async () => {
    const display = displayOn(() => Promise.reject(new BrokenPipe()), Date.now);
    await display.apply(status, status);
    await expect(display.apply(status, status)).rejects.toBeInstanceOf(BrokenPipe);
    await expect(display.end()).rejects.toBeInstanceOf(BrokenPipe);
  });
});
