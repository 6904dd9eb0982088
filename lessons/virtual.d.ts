declare module "virtual:lessons" {
  import type { LessonBrief } from "./index.ts";
  import type { Lesson } from "./lesson.ts";

  export const catalog: readonly LessonBrief[];
  export const bodies: Readonly<Record<string, () => Promise<{ readonly default: Lesson }>>>;
}

declare module "virtual:glossary" {
  import type { Term } from "./lesson.ts";

  const terms: readonly Term[];
  export default terms;
}
