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
});
