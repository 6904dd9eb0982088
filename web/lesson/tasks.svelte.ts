import type { Lesson, Task } from "../../lessons/lesson.ts";
import { readLessonRecord, writeLessonRecord, type LessonRecord } from "../store/lesson-record.ts";
import type { How } from "../store/progress.ts";
import type { LessonProgress } from "./progress.svelte.ts";

export type TaskState = "open" | "checking" | "done" | "failing" | "stuck";

/** A task as it stands. */
export interface TaskProgress {
  readonly id: string;
  state: TaskState;
  /** By the learner alone, with the solution at the prompt, or done for them. */
  how: How;
  /** What a hint of the lesson said about the machine. */
  hint?: string | undefined;
  /** A sentence about the check, or about what could not be done. */
  message?: string | undefined;
  /** Nothing went on for a while: a hint may be offered, never opened. */
  offersHint: boolean;
}

/** A task of the text with how it stands. */
export interface OneTask {
  readonly task: Task;
  readonly shown: TaskProgress;
}

/** How the tasks of a lesson stand, on one machine: out of what the browser keeps, and kept there before it is shown. */
export class LessonTasks {
  list = $state<TaskProgress[]>([]);
  /** Tasks in the order they were done on this machine. */
  done = $state.raw<readonly string[]>([]);

  readonly #tasks: readonly Task[];
  #record: LessonRecord;
  readonly #completing = new Set<string>();

  constructor(
    readonly lesson: Lesson,
    readonly machine: string,
    readonly progress: LessonProgress,
  ) {
    this.#tasks = lesson.blocks.filter((block) => block.kind === "task");
    this.#record = readLessonRecord(machine);
    this.show();
  }

  /** All tasks as they were kept. */
  show(): void {
    this.list = this.#tasks.map(({ id }) => {
      const done = this.#record.reopened.includes(id) ? undefined : this.progress.doneOf(this.lesson.id, id);
      const asked = Object.hasOwn(this.#record.how, id) ? this.#record.how[id] : undefined;
      return { id, state: done === undefined ? "open" : "done", how: done?.how ?? asked ?? "self", offersHint: false };
    });
    this.done = this.#record.done;
  }

  of(id: string): OneTask | undefined {
    const task = this.#tasks.find((each) => each.id === id);
    const shown = this.list.find((each) => each.id === id);
    return task === undefined || shown === undefined ? undefined : { task, shown };
  }

  /** Those that are to do, as the text has them. */
  get open(): readonly OneTask[] {
    return this.#tasks
      .map(({ id }) => this.of(id))
      .filter((each) => each !== undefined)
      .filter(({ shown }) => shown.state !== "done");
  }

  /** Shows a task as done when the progress has it. False when it was done, or is another's by now (`signal`). */
  async complete({ task: { id }, shown }: OneTask, signal: AbortSignal): Promise<boolean> {
    if (shown.state === "done" || this.#completing.has(id)) return false;
    this.#completing.add(id);
    try {
      await this.progress.done(this.lesson.id, id, shown.how);
    } finally {
      this.#completing.delete(id);
    }
    // The machine is another by now. What was earned is kept all the same.
    if (signal.aborted) return false;
    this.#write({
      ...this.#record,
      done: [...this.#record.done.filter((each) => each !== id), id],
      reopened: this.#record.reopened.filter((each) => each !== id),
    });
    Object.assign(shown, { state: "done", hint: undefined, message: undefined, offersHint: false });
    return true;
  }

  /** A task's solution was asked for. */
  remember({ task: { id }, shown }: OneTask, how: How): void {
    if (shown.state === "done") return;
    shown.how = how;
    this.#write({ ...this.#record, how: { ...this.#record.how, [id]: how } });
  }

  /** The task that was done last before `id` on this machine; undefined when `id` was the first. */
  before(id: string): string | undefined {
    return this.#record.done[this.#record.done.indexOf(id) - 1];
  }

  /** The machine is what it was before `id` was done: it, and what was done after it, is to do again. */
  takeBack(id: string): void {
    const at = this.#record.done.indexOf(id);
    if (at < 0) return;
    const taken = this.#record.done.slice(at);
    this.#write({
      done: this.#record.done.slice(0, at),
      reopened: [...new Set([...this.#record.reopened, ...taken])],
      how: Object.fromEntries(Object.entries(this.#record.how).filter(([each]) => !taken.includes(each))),
    });
    this.show();
  }

  /** The machine is fresh: all of it is to do again. */
  reopen(): void {
    this.#write({ done: [], reopened: this.#tasks.map(({ id }) => id), how: {} });
    this.show();
  }

  #write(record: LessonRecord): void {
    this.#record = record;
    this.done = record.done;
    writeLessonRecord(this.machine, record);
  }
}
