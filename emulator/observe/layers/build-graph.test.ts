import { describe, expect, it } from "vitest";
import { boxHeight, boxWidth, buildGraph, buildText, reason, stepStatus } from "./build-graph.ts";
import { decodeBuild } from "./decode-build.ts";
import { MalformedFacts } from "./decode.ts";
import { build, step } from "./testing/fixtures.ts";

describe("buildGraph", () => {
  it("tells a build as text", async () => {
    await expect(buildText(build(), 5000)).toMatchFileSnapshot("testdata/build.txt");
  });

  it("says what broke the cache", () => {
    expect(buildGraph(build()).answer).toBe(
      "1 of 4 steps cached, 3 ran; lint not built: nothing needs it; line 3: COPY . . ran because src/app.js changed.",
    );
  });

  it("puts what a step reads from higher than the step", () => {
    const { boxes, columns, edges } = buildGraph(build());
    const copy = boxes.find(({ of }) => of.text.startsWith("COPY --from"));
    expect(copy?.y).toBeGreaterThan(columns[0]?.bottom ?? Infinity);
    expect(edges).toMatchObject([{ kind: "copy", from: 0, to: { stage: 2, step: 2 } }]);
  });

  it("puts a stage under the one it stands on", () => {
    const [first, ...rest] = build().stages;
    const stages = [first, ...rest].flatMap((stage, i) =>
      stage === undefined
        ? []
        : [
            i === 2
              ? {
                  ...stage,
                  base: "build",
                  baseStage: 0,
                  steps: stage.steps.map((each, at) => (at === 0 ? { ...each, state: "waiting" as const } : each)),
                }
              : stage,
          ],
    );
    const { boxes, columns, edges } = buildGraph(build({ stages }));
    expect(columns[2]?.y).toBeGreaterThan(columns[0]?.bottom ?? Infinity);
    expect(boxes.find(({ stage, step }) => stage === 2 && step === 0)?.of.state).toBe("done");
    expect(edges.map(({ kind }) => kind)).toContain("base");
  });

  it("puts what nothing needs last", () => {
    const { columns } = buildGraph(build());
    expect(columns.toSorted((a, b) => a.x - b.x).map(({ name }) => name)).toEqual(["build", "stage-2", "lint"]);
  });

  it("lets no box lie on another", () => {
    const { boxes, width, height } = buildGraph(build());
    for (const a of boxes)
      for (const b of boxes)
        if (a !== b) expect(Math.abs(a.x - b.x) >= boxWidth || Math.abs(a.y - b.y) >= boxHeight).toBe(true);
    for (const { x, y } of boxes) expect(x + boxWidth <= width && y + boxHeight <= height).toBe(true);
  });

  it("shows where it failed", () => {
    const { answer } = buildGraph(build({ state: "failed", error: { message: "exit code: 1", line: 4 } }));
    expect(answer).toBe("Failed at line 4: exit code: 1");
  });

  it("draws a build that has no stages yet", () => {
    const graph = buildGraph(build({ state: "running", stages: [] }));
    expect(graph).toMatchObject({ boxes: [], question: "How far is the build of app:latest?" });
    expect(graph.width).toBeGreaterThan(0);
  });
});

describe("a step", () => {
  it("counts on while it runs", () => {
    const running = step(1, "RUN x", { state: "running", endedAt: undefined });
    expect(stepStatus(running, 3500)).toBe("running 2.5 s");
    expect(reason({ ...running, because: "a is new" })).toBe("line 1: RUN x runs because a is new");
  });

  it("that is only configuration has no layer", () => {
    expect(stepStatus(step(1, "ENV A=b"), 0)).toBe("no layer");
  });

  it("of several lines is shown in one", () => {
    expect(reason(step(4, "RUN make \\\n  all", { because: "never built before" }))).toBe(
      "line 4: RUN make all ran because it was never built before",
    );
  });
});

describe("decodeBuild", () => {
  it("takes a record as JSON leaves it", () => {
    const record = build({ imageId: undefined });
    expect(decodeBuild(JSON.parse(JSON.stringify(record)))).toEqual(record);
  });

  it("refuses what is none", () => {
    expect(() => decodeBuild({ id: "x" })).toThrow(MalformedFacts);
    expect(() => decodeBuild(null)).toThrow(MalformedFacts);
    expect(() => decodeBuild({ ...build(), state: "exploded" })).toThrow(MalformedFacts);
  });
});
