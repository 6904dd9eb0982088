import type { LessonBrief } from "../../lessons/index.ts";
import { lessonProgress } from "../lesson/progress.svelte.ts";
import type { TakenLesson } from "./progress.ts";

/** How far a lesson was taken in this browser. */
export function takenOf(lesson: LessonBrief): TakenLesson {
  const progress = lessonProgress();
  void progress.load();
  const done = lesson.tasks.filter(({ id }) => progress.doneOf(lesson.id, id) !== undefined).length;
  return { done, complete: done > 0 && done === lesson.tasks.length };
}
