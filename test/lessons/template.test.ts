import { describe, expect, it } from "vitest";
import { compileLesson } from "../../lessons/compile.ts";
import { ruleProblems } from "./rules.ts";
import { readGlossary, registryImages } from "./sources.ts";
import { lessonTemplate } from "./template.ts";

describe("a new lesson", () => {
  it.each(["Volumes", 'A "quoted": title'])("called %s compiles and keeps the rules", (title) => {
    const compiled = compileLesson({ path: "05-data-and-networks/01-volumes", text: lessonTemplate(title), files: [] });
    expect("errors" in compiled ? compiled.errors : []).toEqual([]);
    if (!("lesson" in compiled)) return;
    expect(compiled.lesson.title).toBe(title);
    expect(ruleProblems(compiled.lesson, [compiled.lesson], readGlossary().terms, registryImages())).toEqual([]);
  });
});
