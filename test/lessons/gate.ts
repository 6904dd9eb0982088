import { afterAll, describe, expect, it } from "vitest";
import type { Lesson } from "../../lessons/lesson.ts";
import { readLessons } from "./sources.ts";
import { Taking } from "./take.ts";
import { Timing } from "./timing.ts";

const minutes = 60_000;

/** All lessons, or those whose id holds what the environment's LESSON says. */
export function wantedLessons(): readonly Lesson[] {
  const wanted = process.env["LESSON"];
  return readLessons().lessons.filter(({ id }) => wanted === undefined || id.includes(wanted));
}

/** The tests of a part's lessons, which run beside those of other parts. */
export function takePart(part: string): void {
  const lessons = wantedLessons().filter(({ id }) => id.startsWith(`${part}/`));
  if (lessons.length === 0) {
    describe.skip(part, () => it("has no lesson that is wanted", () => undefined));
    return;
  }
  describe.each(lessons.map((lesson) => [lesson.id, lesson] as const))("%s on the machine", (id, lesson) => {
    const timing = new Timing();
    const taking = new Taking(lesson, timing);
    afterAll(() => timing.tell(id));

    it("can be taken as it is written, every command clicked", { timeout: 5 * minutes }, async () => {
      nothingWrong(await taking.asWritten());
    });

    it(
      "can be taken by its tasks alone; other ways pass, near misses get a hint, every hint has its state",
      { timeout: 10 * minutes },
      async () => {
        nothingWrong(await taking.byTasks());
      },
    );
  });
}

/** What is told is for authors, so it is not wrapped in an array and quotes. */
export function nothingWrong(wrong: readonly string[]): void {
  if (wrong.length > 0) expect.fail(wrong.join("\n"));
}
