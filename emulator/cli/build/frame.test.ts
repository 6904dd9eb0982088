import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { at, base64 } from "../testing/build-engine.ts";
import { buildColors } from "./colors.ts";
import { frame, type FrameOptions } from "./frame.ts";
import { Trace } from "./trace.ts";

const begin = Date.parse(at(0));
const plain = buildColors({ NO_COLOR: "1" });
const options = (more: Partial<FrameOptions> = {}): FrameOptions => ({
  width: 60,
  height: 24,
  now: begin + 3000,
  description: "docker:default",
  colors: plain,
  last: false,
  ...more,
});

function running(lines: number, steps = 1): Trace {
  const trace = new Trace();
  for (let index = 0; index < steps; index++) {
    const digest = `sha256:${index}`;
    trace.apply({ vertexes: [{ digest, name: `[${index + 1}/${steps}] RUN make`, started: at(0) }] }, begin, 60);
    for (let line = 0; line < lines; line++)
      trace.apply(
        { logs: [{ vertex: digest, stream: 1, data: base64(`line ${line}\n`), timestamp: at(1) }] },
        begin,
        60,
      );
  }
  return trace;
}

describe("the frame of a build", () => {
  it("shows the last six lines of what runs", () => {
    expect(frame(running(9), options()).map((line) => line.replace("\x1b[0m", "").trimEnd())).toEqual([
      "[+] Building 3.0s (0/1)                      docker:default",
      " => [1/1] RUN make                                     3.0s",
      ...[3, 4, 5, 6, 7, 8].map((line) => `\x1b[2m => => # line ${line}`),
    ]);
  });

  it("gives no window where there is no room for one", () => {
    expect(frame(running(9), options({ height: 10 })).length).toBe(2);
    expect(frame(running(2, 3), options({ height: 25 })).filter((line) => line.includes("# line")).length).toBe(4);
  });

  it("keeps what runs in sight when there is more than fits", () => {
    const trace = running(0, 20);
    const done = Array.from({ length: 19 }, (_, index) => index + 1).map((index) => ({
      digest: `sha256:${index}`,
      name: `[${index + 1}/20] RUN make`,
      started: at(0),
      completed: at(1),
    }));
    trace.apply({ vertexes: done }, begin);
    const shown = frame(trace, options({ height: 10 }));
    expect(shown.length).toBe(9);
    expect(shown[1]).toContain("[1/20] RUN make");
    expect(shown.at(-1)).toContain("[20/20] RUN make");
    expect(frame(trace, options({ height: 10, last: true })).length).toBe(21);
  });

  it("counts bytes where there is room, and leaves out what has no room for a name", () => {
    const trace = running(0);
    const status = { id: "transferring context:", vertex: "sha256:0", current: 2_100_000, total: 20_450_000 };
    trace.apply({ statuses: [{ ...status, timestamp: at(1), started: at(1) }] }, begin);
    expect(frame(trace, options())[2]).toBe(" => => transferring context: 2.10MB / 20.45MB          2.0s");
    expect(frame(trace, options({ width: 45 }))[2]).toBe(" => => transferring c 2.10MB / 20.45MB  2.0s");
    expect(frame(trace, options({ width: 34 })).length).toBe(2);
  });

  it("paints what is done, cached, cancelled and failed", () => {
    const trace = new Trace();
    const times = { started: at(0), completed: at(1) };
    trace.apply(
      {
        vertexes: [
          { digest: "1", name: "a", ...times },
          { digest: "2", name: "b", cached: true, ...times },
          { digest: "3", name: "c", error: "process did not complete", ...times },
          { digest: "4", name: "d", error: "rpc: context canceled", ...times },
        ],
      },
      begin,
    );
    const lines = frame(trace, options({ width: 40, colors: buildColors({}) })).slice(1);
    expect(lines.map((line) => line.replace(/ +1\.0s/, ""))).toEqual([
      "\x1b[34m => a\x1b[0m",
      "\x1b[34m => CACHED b\x1b[0m",
      "\x1b[31m => ERROR c\x1b[0m",
      "\x1b[33m => CANCELED d\x1b[0m",
    ]);
    expect(buildColors({ BUILDKIT_COLORS: "run=light-green:error=255,0,0:x:cancel=nosuch" })).toEqual({
      run: "92",
      error: "38;5;196",
      cancel: "33",
    });
  });

  it("never is wider than the terminal, nor taller, whatever is told", () => {
    const time = fc.integer({ min: 0, max: 100 }).map(at);
    const step = fc.record({ name: fc.string(), started: time, completed: fc.option(time, { nil: undefined }) });
    const size = fc.record({ width: fc.integer({ min: 1, max: 120 }), height: fc.integer({ min: 1, max: 40 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), fc.string(), size, (steps, output, { width, height }) => {
        const trace = new Trace();
        for (const [index, { name, started, completed }] of steps.entries()) {
          const digest = String(index);
          const vertex = { digest, name, started, ...(completed === undefined ? {} : { completed }) };
          const logs = [{ vertex: digest, stream: 1, data: base64(output), timestamp: started }];
          const statuses = [{ id: output, vertex: digest, current: 1e6, total: 3e9, timestamp: started, started }];
          trace.apply({ vertexes: [vertex], logs, statuses }, begin, width);
        }
        const lines = frame(trace, options({ width, height }));
        expect(lines.length).toBeLessThanOrEqual(Math.max(1, height - 1));
        // eslint-disable-next-line no-control-regex -- colours take no room.
        for (const line of lines) expect([...line.replace(/\x1b\[[0-9;]*m/g, "")].length).toBeLessThanOrEqual(width);
      }),
    );
  });
});
