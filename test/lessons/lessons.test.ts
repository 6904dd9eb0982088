import { describe, expect, it } from "vitest";
import type { Lesson } from "../../lessons/lesson.ts";
import { glossaryProblems, ruleProblems } from "./rules.ts";
import { readGlossary, readLessons, registryImages } from "./sources.ts";
import { Stage } from "./stage.ts";
import { matches, shownCommands } from "./verify.ts";

const minutes = 60_000;
const wanted = process.env["LESSON"];
const { lessons: all, problems } = readLessons();
const { terms, problems: termProblems } = readGlossary();
const lessons = all.filter(({ id }) => wanted === undefined || id.includes(wanted));

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

describe.each(lessons.map((lesson) => [lesson.id, lesson] as const))("%s on the machine", (_id, lesson) => {
  it("can be taken as it is written, every command clicked", { timeout: 5 * minutes }, async () => {
    nothingWrong(await takenAsWritten(lesson));
  });

  it(
    "can be taken by its tasks alone; other ways pass, near misses get a hint",
    { timeout: 10 * minutes },
    async () => {
      nothingWrong(await takenByTasks(lesson));
    },
  );
});

/** What is told is for authors, so it is not wrapped in an array and quotes. */
function nothingWrong(wrong: readonly string[]): void {
  if (wrong.length > 0) expect.fail(wrong.join("\n"));
}

/** What went wrong, in words for the author. */
async function takenAsWritten(lesson: Lesson): Promise<string[]> {
  const wrong: string[] = [];
  const stage = await Stage.open(lesson);
  try {
    for (const item of shownCommands(lesson.blocks)) {
      if (!("kind" in item)) {
        const { command, expected } = item;
        if (expected === undefined) await stage.type(command.text);
        else {
          const { stdout, stderr } = await stage.run(command.text, 30_000);
          if (!matches(expected.text, stdout + stderr))
            wrong.push(`line ${expected.line}: the machine prints\n${stdout}${stderr}instead of\n${expected.text}`);
        }
        continue;
      }
      if (await stage.passes(item)) wrong.push(`task ${item.id}: its check passes before anything was done`);
      await stage.type(item.solution);
      if (!(await stage.comesToPass(item))) {
        wrong.push(`task ${item.id}: its check does not pass after its solution; hint: ${await stage.hint(item)}`);
        break;
      }
      if (!(await stage.passes(item))) wrong.push(`task ${item.id}: its check passes once and then not again`);
    }
  } finally {
    await stage.close();
  }
  return wrong;
}

async function takenByTasks(lesson: Lesson): Promise<string[]> {
  const wrong: string[] = [];
  let stage = await Stage.open(lesson);
  try {
    for (const task of lesson.blocks) {
      if (task.kind !== "task") continue;
      const before = await stage.moment();
      if (await stage.passes(task)) wrong.push(`task ${task.id}: its check passes before anything was done`);
      await stage.type(task.solution);
      if (!(await stage.comesToPass(task))) {
        wrong.push(`task ${task.id}: its check does not pass after its solution; hint: ${await stage.hint(task)}`);
        return wrong;
      }
      const after = await stage.moment();
      for (const { kind, script, line } of task.ways) {
        await stage.close();
        stage = await Stage.from(before);
        await stage.type(script);
        const passed = kind === "alternative" ? await stage.comesToPass(task) : await stage.passes(task);
        if (kind === "alternative" && !passed)
          wrong.push(`line ${line}: this way does not pass task ${task.id}; hint: ${await stage.hint(task)}`);
        if (kind === "miss" && passed) wrong.push(`line ${line}: this near miss passes task ${task.id}`);
        if (kind === "miss" && !passed && (await stage.hint(task)) === "")
          wrong.push(`line ${line}: this near miss of task ${task.id} gets no hint`);
      }
      await stage.close();
      stage = await Stage.from(after);
    }
  } finally {
    await stage.close();
  }
  return wrong;
}
