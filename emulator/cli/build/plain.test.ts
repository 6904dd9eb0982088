import { describe, expect, it } from "vitest";
import { at, base64 } from "../testing/build-engine.ts";
import type { SolveStatus } from "../../spec/build.ts";
import { PlainPrinter } from "./plain.ts";
import { Trace } from "./trace.ts";

/** What is printed when each status is told at its second. */
function printed(...told: readonly (readonly [seconds: number, status: SolveStatus])[]): string {
  const trace = new Trace();
  const printer = new PlainPrinter("");
  return told
    .map(([seconds, status]) => {
      const now = Date.parse(at(seconds));
      trace.apply(status, now);
      return printer.print(trace, now);
    })
    .join("");
}

const a = { digest: "a", name: "[a 1/1] RUN a", started: at(0) };
const b = { digest: "b", name: "[b 1/1] RUN b", started: at(0) };
const log = (vertex: string, text: string, seconds: number) => ({
  vertex,
  stream: 1,
  data: base64(text),
  timestamp: at(seconds),
});

describe("plain progress", () => {
  it("stays with a step until it is done", () => {
    expect(
      printed(
        [0, { vertexes: [a, b] }],
        [1, { logs: [log("a", "1\n", 1), log("b", "2\n", 1)] }],
        [2, { logs: [log("a", "3\n", 2)] }],
        [3, { vertexes: [{ ...a, completed: at(3) }] }],
        [4, { vertexes: [{ ...b, completed: at(4) }] }],
      ),
    ).toBe("#1 [a 1/1] RUN a\n#1 1.000 1\n#1 2.000 3\n#1 DONE 3.0s\n\n#2 [b 1/1] RUN b\n#2 1.000 2\n#2 DONE 4.0s\n");
  });

  it("turns to a step that has waited for long, and says that it left one", () => {
    const text = printed(
      [0, { vertexes: [a, b] }],
      [1, { logs: [log("a", "half", 1)] }],
      [12, { logs: [log("a", " a line", 12), log("b", "2\n", 12)] }],
      [13, { vertexes: [{ ...a, completed: at(13) }], logs: [log("a", "\n", 13)] }],
    );
    expect(text).toBe(
      "#1 [a 1/1] RUN a\n#1 1.000 half a line\n#1 ...\n\n#2 [b 1/1] RUN b\n#2 12.00 2\n#2 ...\n\n#1 [a 1/1] RUN a\n#1 1.000 half a line\n#1 DONE 13.0s\n",
    );
  });

  it("tells of bytes now and then, and of the end", () => {
    const status = (current: number, seconds: number, completed?: string) => ({
      statuses: [
        {
          id: "transferring context:",
          vertex: "a",
          current,
          total: 1000,
          timestamp: at(seconds),
          started: at(0),
          ...(completed === undefined ? {} : { completed }),
        },
      ],
    });
    expect(
      printed(
        [0, { vertexes: [a] }],
        [1, status(10, 1)],
        [2, status(20, 2)],
        [3, status(500, 3)],
        [4, { ...status(1000, 4, at(4)), vertexes: [{ ...a, completed: at(4) }] }],
      ),
    ).toBe(
      [
        "#1 [a 1/1] RUN a",
        "#1 transferring context: 10B / 1.00kB 1.0s",
        "#1 transferring context: 500B / 1.00kB 3.0s",
        "#1 transferring context: 1.00kB / 1.00kB 4.0s done",
        "#1 DONE 4.0s\n",
      ].join("\n"),
    );
  });

  it("tells of what came from the cache, was cancelled, or failed", () => {
    const times = { started: at(0), completed: at(1) };
    const vertexes = [
      { digest: "1", name: "x", ...times, cached: true },
      { digest: "2", name: "y", ...times, error: "context canceled" },
      { digest: "3", name: "z", ...times, error: "no" },
    ];
    expect(printed([1, { vertexes }])).toBe("#1 x\n#1 CACHED\n\n#2 y\n#2 CANCELED\n\n#3 z\n#3 ERROR: no\n");
  });

  it("does not repeat what it was told twice", () => {
    const done = { vertexes: [{ ...a, completed: at(1) }] };
    expect(printed([0, { vertexes: [a] }], [1, done], [2, done])).toBe("#1 [a 1/1] RUN a\n#1 DONE 1.0s\n");
  });
});
