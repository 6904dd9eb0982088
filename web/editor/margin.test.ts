import { describe, expect, it } from "vitest";
import type { BuildRecord, BuildStep } from "../../emulator/spec/build.ts";
import { decodeBuildRecord } from "./build-records.svelte.ts";
import { buildSummary, lineMarks, seconds } from "./margin.ts";

function step(line: number, rest: Partial<BuildStep>): BuildStep {
  return {
    vertex: `sha256:${line}`,
    instruction: "RUN",
    text: "RUN true",
    lines: { start: line, end: line },
    state: "done",
    startedAt: 1000,
    endedAt: 2250,
    diffId: undefined,
    size: undefined,
    fromStages: [],
    because: undefined,
    ...rest,
  };
}

function record(steps: readonly BuildStep[], rest: Partial<BuildRecord> = {}): BuildRecord {
  return {
    id: "b",
    startedAt: 0,
    endedAt: 3200,
    state: "completed",
    dockerfileName: "Dockerfile",
    dockerfile: "",
    tags: ["docker.io/library/app:latest"],
    target: undefined,
    imageId: "sha256:image",
    error: undefined,
    stages: [{ name: "stage-0", line: 1, base: "busybox", baseStage: undefined, used: true, steps }],
    ...rest,
  };
}

describe("the margin", () => {
  it("says of each line what became of it", () => {
    const marks = lineMarks(
      record([
        step(2, { state: "cached", diffId: "sha256:a", size: 4_100_000 }),
        step(4, { diffId: "sha256:b", size: 12, because: "a.py changed", instruction: "COPY" }),
        step(3, { vertex: "", instruction: "ENV", state: "cached" }),
      ]),
    );
    expect(marks.map(({ start, label, added, says }) => [start, label, added, says])).toEqual([
      [2, "cached", "4.1MB", "Line 2, RUN: cached, layer of 4.1MB"],
      [3, "", "", "Line 3, ENV: settings of the image"],
      [4, "1.3 s", "12B", "Line 4, COPY: executed, in 1.3 s, layer of 12B, a.py changed"],
    ]);
    expect(marks[2]?.layer).toEqual({ image: "sha256:image", diffId: "sha256:b" });
    expect(marks[1]?.layer).toBeUndefined();
  });

  it("sums a build up", () => {
    expect(buildSummary(record([step(2, { state: "cached" }), step(3, {})]))).toBe(
      "Built app in 3.2 s: 1 cached, 1 executed",
    );
    expect(buildSummary(record([], { state: "failed", error: { message: "x", line: 7 } }))).toBe(
      "The build failed at line 7",
    );
    expect(buildSummary(record([], { state: "running", endedAt: undefined }))).toBe("Building app");
    expect(buildSummary(record([], { state: "completed", tags: [] }))).toBe("Built in 3.2 s");
  });

  it("counts long times in minutes", () => {
    expect([40, 59_940, 61_000].map(seconds)).toEqual(["0.0 s", "59.9 s", "1 min 1 s"]);
  });

  it("reads a record as it comes, and refuses what is none", () => {
    const written = record([step(2, {})]);
    expect(decodeBuildRecord(JSON.parse(JSON.stringify(written)))).toEqual(written);
    expect(() => decodeBuildRecord({ ...written, state: "sleeping" })).toThrow();
  });
});
