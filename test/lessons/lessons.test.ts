import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { nothingWrong, wantedLessons } from "./gate.ts";
import { glossaryProblems, ruleProblems } from "./rules.ts";
import { readGlossary, readLessons, registryImages } from "./sources.ts";

const { lessons: all, problems } = readLessons();
const { terms, problems: termProblems } = readGlossary();
const lessons = wantedLessons();

describe("lessons", () => {
  it("can be read, all of them, and so can the glossary", () => {
    nothingWrong([...problems, ...termProblems, ...glossaryProblems(terms)]);
    expect(lessons.length).toBeGreaterThan(0);
  });

  const images = registryImages();
  it.each(lessons.map((lesson) => [lesson.id, lesson] as const))("%s keeps the rules", (_id, lesson) => {
    nothingWrong(ruleProblems(lesson, all, terms, images));
  });

  it("are all taken on the machine, each part by a test file of its own", () => {
    const taken = readdirSync(join(import.meta.dirname, "parts")).map((name) => name.replace(/\.test\.ts$/, ""));
    expect(taken).toEqual([...new Set(all.map(({ id }) => id.split("/")[0]))]);
  });
});
