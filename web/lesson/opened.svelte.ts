import type { LessonBrief } from "../../lessons/index.ts";
import type { Lesson } from "../../lessons/lesson.ts";
import { closeLesson, LessonRefused, openLesson, type LessonFiles } from "../../lessons/open.ts";
import { browserLessons, type OpenedLessonStore } from "../store/opened-lessons.ts";

/** A lesson of the learner's own; without `brief` it is none any more, for the reasons that `problems` says. */
export interface OpenedLesson {
  readonly id: string;
  readonly brief: LessonBrief | undefined;
  readonly problems: readonly string[];
}

/** Lessons from elsewhere that this browser keeps. */
export class OpenedLessons {
  list = $state.raw<readonly OpenedLesson[]>([]);
  /** Why they are not kept beyond this visit. */
  problem = $state<string | undefined>();
  #loading: Promise<void> | undefined;

  constructor(readonly store: OpenedLessonStore) {}

  /** Reads what earlier visits opened, and checks it again; once. */
  load(): Promise<void> {
    return (this.#loading ??= this.#load());
  }

  /** Rejects with LessonRefused. One that was opened under the same name is replaced. */
  async open({ files, name }: LessonFiles): Promise<Lesson> {
    await this.load();
    const lesson = await openLesson(files, name);
    this.#show({ id: lesson.id, brief: briefOf(lesson), problems: [] });
    try {
      await this.store.put(lesson.id, { name, files: files.map(({ path, bytes }) => ({ path, bytes })) });
      this.problem = undefined;
    } catch (error) {
      this.#refused(error);
    }
    return lesson;
  }

  async remove(id: string): Promise<void> {
    await this.store.delete(id);
    closeLesson(id);
    this.list = this.list.filter((each) => each.id !== id);
  }

  async #load(): Promise<void> {
    try {
      for (const [id, kept] of await this.store.read()) {
        try {
          if (kept === undefined) throw new Error("The browser gave back something else.");
          const lesson = await openLesson(kept.files, kept.name);
          this.#show({ id: lesson.id, brief: briefOf(lesson), problems: [] });
        } catch (error) {
          this.#show({ id, brief: undefined, problems: problemsOf(error) });
        }
      }
    } catch (error) {
      this.#refused(error);
    }
  }

  #show(lesson: OpenedLesson): void {
    this.list = [...this.list.filter(({ id }) => id !== lesson.id), lesson].sort((a, b) => a.id.localeCompare(b.id));
  }

  #refused(error: unknown): void {
    this.problem = `The browser does not keep the lessons you opened (${error instanceof Error ? error.message : String(error)}). Open them again at your next visit.`;
  }
}

/** What is wrong with a lesson, a sentence each, with file and line. */
export function problemsOf(error: unknown): readonly string[] {
  if (error instanceof LessonRefused)
    // The folder is the learner's: its files are told as they are called there.
    return error.problems.map(
      ({ file, line, message }) => `${file.replace(/^elsewhere\/[^/]+\//, "")}, line ${String(line)}: ${message}`,
    );
  return [`The lesson did not come: ${error instanceof Error ? error.message : String(error)}`];
}

function briefOf({ blocks, files: _, ...brief }: Lesson): LessonBrief {
  return { ...brief, tasks: blocks.filter((block) => block.kind === "task").map(({ id, title }) => ({ id, title })) };
}

let own: OpenedLessons | undefined;

/** Those of this browser. */
export function openedLessons(): OpenedLessons {
  return (own ??= new OpenedLessons(browserLessons()));
}
