import { createContext } from "svelte";
import type { PictureView, Term } from "../../lessons/lesson.ts";
import type { LessonRun } from "./run.svelte.ts";

/** What the blocks of a text may ask of the page around them. */
export interface Reading {
  /** Types a command into the terminal; undefined where there is none, as in the glossary. */
  readonly run: ((command: string) => void) | undefined;
  readonly showPicture: ((view: PictureView, focus: string | undefined) => void) | undefined;
  /** What a term means; undefined while the glossary loads, or where there is no such term. */
  term(id: string): Term | undefined;
  /** Undefined where a text is only read. */
  readonly lesson: LessonRun | undefined;
}

export const [reading, setReading] = createContext<Reading>();
