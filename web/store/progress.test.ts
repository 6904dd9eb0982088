import { describe, expect, it } from "vitest";
import { mergeProgress, parseProgress, ProgressInvalid, type Progress } from "./progress.ts";

const done = (lesson: string, task: string, at: number, how: "self" | "shown" = "self"): Progress => ({
  version: 1,
  lessons: { [lesson]: { tasks: { [task]: { how, at } } } },
});

describe("progress", () => {
  it("grows when two tabs are merged, and the later word on a task stays", () => {
    const merged = mergeProgress(mergeProgress(done("a", "x", 1), done("a", "y", 2)), done("a", "x", 3, "shown"));
    expect(merged.lessons["a"]?.tasks).toEqual({ x: { how: "shown", at: 3 }, y: { how: "self", at: 2 } });
    expect(mergeProgress(done("a", "x", 3, "shown"), done("a", "x", 1))).toEqual(done("a", "x", 3, "shown"));
    expect(mergeProgress(done("a", "x", 1), done("b", "x", 1))).toEqual(
      mergeProgress(done("b", "x", 1), done("a", "x", 1)),
    );
  });

  it("says what is wrong with a file", () => {
    for (const wrong of ["", "{}", '{"version":2,"lessons":{}}', '{"version":1,"lessons":{"a":{"tasks":{"x":1}}}}'])
      expect(() => parseProgress(wrong)).toThrow(ProgressInvalid);
    expect(parseProgress(JSON.stringify(done("a", "x", 1)))).toEqual(done("a", "x", 1));
  });
});
