import type { LessonBrief } from "../../lessons/index.ts";

export interface Part {
  readonly number: number;
  readonly title: string;
  readonly lessons: readonly LessonBrief[];
  readonly minutes: number;
}

/** The lessons there are, by part, in their order. */
export function partsOf(catalog: readonly LessonBrief[]): readonly Part[] {
  const parts = new Map<number, LessonBrief[]>();
  for (const lesson of catalog) {
    const lessons = parts.get(lesson.part.number);
    if (lessons === undefined) parts.set(lesson.part.number, [lesson]);
    else lessons.push(lesson);
  }
  return [...parts].flatMap(([number, lessons]) => {
    const title = lessons[0]?.part.title;
    if (title === undefined) return [];
    return [{ number, title, lessons, minutes: lessons.reduce((sum, { minutes }) => sum + minutes, 0) }];
  });
}
