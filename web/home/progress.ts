import type { LessonBrief } from "../../lessons/index.ts";

export interface TakenLesson {
  readonly done: number;
  readonly complete: boolean;
}

export interface Step {
  readonly lesson: LessonBrief;
  /** Nothing was taken yet. */
  readonly first: boolean;
  readonly begun: boolean;
  readonly done: number;
  readonly tasks: number;
}

/** The lesson to go on with: one that was begun, else the first that is not complete. Undefined when all are. */
export function nextStep(
  catalog: readonly LessonBrief[],
  takenOf: (lesson: LessonBrief) => TakenLesson,
): Step | undefined {
  const taken = catalog.map((lesson) => ({ lesson, ...takenOf(lesson) }));
  const step = taken.find(({ complete, done }) => !complete && done > 0) ?? taken.find(({ complete }) => !complete);
  if (step === undefined) return undefined;
  const { lesson, done } = step;
  return {
    lesson,
    done,
    begun: done > 0,
    first: taken.every((each) => each.done === 0 && !each.complete),
    tasks: lesson.tasks.length,
  };
}
