import { loadLesson } from "../../lessons/index.ts";
import type { Lesson } from "../../lessons/lesson.ts";
import { openedLessons } from "./opened.svelte.ts";

/** A lesson of the site, or one that was opened in this visit or an earlier one. Rejects with LessonNotFound. */
export async function loadAnyLesson(id: string): Promise<Lesson> {
  if (id.startsWith("elsewhere/")) await openedLessons().load();
  return loadLesson(id);
}
