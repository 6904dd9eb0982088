// The page is type-checked without this folder's settings.
// eslint-disable-next-line @typescript-eslint/triple-slash-reference -- declares modules, which cannot be imported
/// <reference path="./virtual.d.ts" />
import { bodies, catalog as briefs } from "virtual:lessons";
import type { Lesson, Term } from "./lesson.ts";
import { openedLesson } from "./open.ts";

/** A lesson without its body: what the catalogue and search show. */
export type LessonBrief = Omit<Lesson, "blocks" | "files"> & {
  readonly tasks: readonly { readonly id: string; readonly title: string }[];
};

/** In the order they are taken. */
export const catalog: readonly LessonBrief[] = briefs;

/** No lesson of that name. */
export class LessonNotFound extends Error {
  constructor(id: string) {
    super(`there is no lesson ${id}`);
    this.name = "LessonNotFound";
  }
}

/** The lesson with its text and files: a chunk of its own, or one that was opened. Rejects with LessonNotFound. */
export async function loadLesson(id: string): Promise<Lesson> {
  const opened = openedLesson(id);
  if (opened !== undefined) return opened;
  const body = Object.hasOwn(bodies, id) ? bodies[id] : undefined;
  if (body === undefined) throw new LessonNotFound(id);
  return (await body()).default;
}

/** Every term, sorted by id. */
export async function loadGlossary(): Promise<readonly Term[]> {
  return (await import("virtual:glossary")).default;
}
