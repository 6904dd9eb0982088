import type { LessonBrief } from "../../lessons/index.ts";
import { lessonProgress } from "../lesson/progress.svelte.ts";
import type { TakenLesson } from "./progress.ts";

// Made before anything reads it: what is made while it is read is not followed.
const progress = lessonProgress();
void progress.load();

/** How far a lesson was taken in this browser. */
export function takenOf(lesson: LessonBrief): TakenLesson {
  const done = lesson.tasks.filter(({ id }) => progress.doneOf(lesson.id, id) !== undefined).length;
  return { done, complete: done > 0 && done === lesson.tasks.length };
}
