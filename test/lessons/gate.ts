import { readdirSync } from "node:fs";
import { join } from "node:path";
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
  take(wantedLessons().filter(({ id }) => id.startsWith(`${part}/`)));
}

/** The tests of the lessons whose part has no file in `parts/`. */
export function takeOthers(): void {
  const parts = readdirSync(join(import.meta.dirname, "parts")).map((name) => name.replace(/\.test\.ts$/, ""));
  take(wantedLessons().filter(({ id }) => !parts.some((part) => id.startsWith(`${part}/`))));
}

function take(lessons: readonly Lesson[]): void {
  // A file without a test is an error of its own.
  if (lessons.length === 0) it("has no lesson to take", () => undefined);
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
