import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkText } from "./check.ts";
import { sourceExcerpt } from "./excerpt.ts";
import { report, reportError } from "./report.ts";

const read = (name: string) => readFileSync(join(import.meta.dirname, "testdata", "report", name), "utf8");

describe("report", () => {
  it.each(["several", "one", "none", "long"])("prints %s", (name) => {
    const text = read(`${name}.Dockerfile`);
    const { diagnostics } = checkText({ text });
    expect(report(diagnostics, text, "Dockerfile")).toBe(read(`${name}.txt`));
  });

  it("prints what was found before an error, and the error apart", () => {
    const text = read("broken.Dockerfile");
    const { diagnostics, failure: told } = checkText({ text });
    if (told === undefined) throw new Error("it can be read");
    expect(report(diagnostics, text, "Dockerfile", told)).toBe(read("broken.txt"));
    expect(reportError(told, text, "Dockerfile")).toBe(read("broken.error.txt"));
    expect(report([], text, "Dockerfile", told)).toBe("");
  });
});

describe("error=true", () => {
  it("makes warnings a failure of the whole file", () => {
    const text = "# check=error=true\nFROM x AS Base\nCMD a\n";
    const { diagnostics, failure } = checkText({ text });
    expect(failure?.message).toBe("lint violation found for rules: StageNameCasing, JSONArgsRecommended");
    expect(failure && reportError(failure, text, "Dockerfile")).toBe(`${failure?.message ?? ""}\n`);
    expect(report(diagnostics, text, "Dockerfile", failure)).toMatch(
      /^Check complete, 2 warnings have been found!\n.*\n\n$/s,
    );
  });

  it.each(["# check=error=true\nFROM x:1", "# check=skip=all;error=true\nFROM x AS Base"])("%j is content", (text) => {
    expect(checkText({ text }).failure).toBeUndefined();
  });
});

describe("sourceExcerpt", () => {
  const text = Array.from({ length: 9 }, (_, index) => `L${index + 1}`).join("\n");

  it.each<[start: number, end: number, first: string, last: string]>([
    [5, 5, "L3", "L7"],
    [1, 1, "L1", "L3"],
    [9, 9, "L7", "L9"],
    [4, 6, "L3", "L7"],
    [1, 9, "L1", "L9"],
    [8, 20, "L7", "L9"],
  ])("of lines %i to %i", (start, end, first, last) => {
    const lines = sourceExcerpt(text, { start, end }, "D").split("\n");
    expect(lines[0]).toBe(`D:${start}`);
    expect(lines[2]?.endsWith(` ${first}`)).toBe(true);
    expect(lines.at(-3)?.endsWith(` ${last}`)).toBe(true);
  });

  it("is empty for lines that are not there", () => {
    expect(sourceExcerpt(text, { start: 10, end: 10 }, "D")).toBe("");
    expect(sourceExcerpt(text, { start: 0, end: 0 }, "D")).toBe("");
  });
});
