import type { LessonId } from "../../lessons/lesson.ts";
import {
  browserProgress,
  mergeProgress,
  noProgress,
  parseProgress,
  type How,
  type Progress,
  type ProgressStore,
} from "../store/progress.ts";

/** Tells the other tabs of this browser. */
export interface Channel {
  postMessage(message: string): void;
  listen(listener: (message: unknown) => void): void;
}

/** What was done of all lessons in this browser. A task that is shown as done was kept before. */
export class LessonProgress {
  #value = $state.raw(noProgress);
  /** Why progress is not kept beyond this visit. */
  problem = $state<string | undefined>();
  #loading: Promise<void> | undefined;

  constructor(
    readonly store: ProgressStore,
    readonly channel: Channel,
  ) {
    channel.listen((data) => {
      if (typeof data !== "string") return;
      try {
        this.#value = mergeProgress(this.#value, parseProgress(data));
      } catch {
        // A tab of another version: what it kept comes with the next visit.
      }
    });
  }

  /** Reads what earlier visits kept; once. */
  load(): Promise<void> {
    return (this.#loading ??= this.store.read().then(
      (kept) => void (this.#value = mergeProgress(this.#value, kept)),
      (error: unknown) => this.#refused(error),
    ));
  }

  doneOf(lesson: LessonId, task: string): { readonly how: How; readonly at: number } | undefined {
    const tasks = Object.hasOwn(this.#value.lessons, lesson) ? this.#value.lessons[lesson]?.tasks : undefined;
    return tasks !== undefined && Object.hasOwn(tasks, task) ? tasks[task] : undefined;
  }

  /** Resolves when it is kept; or, where the browser refuses, when it is known for this visit. */
  async done(lesson: LessonId, task: string, how: How, at = Date.now()): Promise<void> {
    await this.#add({ version: 1, lessons: { [lesson]: { tasks: { [task]: { how, at } } } } });
  }

  /** As a file to take along. */
  exported(): string {
    return `${JSON.stringify(this.#value, undefined, 2)}\n`;
  }

  /** Adds what a file holds. Rejects with ProgressInvalid when it is none. */
  async import(text: string): Promise<void> {
    await this.#add(parseProgress(text));
  }

  /** Forgets everything, in this tab. */
  async clear(): Promise<void> {
    await this.store.clear();
    this.#value = noProgress;
  }

  async #add(change: Progress): Promise<void> {
    try {
      const kept = await this.store.add(change);
      this.#value = mergeProgress(this.#value, kept);
      this.problem = undefined;
      this.channel.postMessage(JSON.stringify(change));
    } catch (error) {
      this.#value = mergeProgress(this.#value, change);
      this.#refused(error);
    }
  }

  #refused(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.problem = `The browser does not keep your progress beyond this visit (${reason}). Export it to have it later.`;
  }
}

let own: LessonProgress | undefined;

/** The progress of this browser. */
export function lessonProgress(): LessonProgress {
  return (own ??= new LessonProgress(browserProgress(), otherTabs()));
}

function otherTabs(): Channel {
  const channel = new BroadcastChannel("drydock.progress");
  return {
    postMessage: (message) => channel.postMessage(message),
    listen: (listener) => channel.addEventListener("message", ({ data }) => listener(data)),
  };
}
