import type { Lesson } from "../../lessons/lesson.ts";
import type { Session } from "../session.svelte.ts";
import type { TerminalTabs } from "../terminal/tabs.svelte.ts";

export type TaskState = "open" | "checking" | "done" | "failing" | "stuck";
/** By the learner alone, with the solution at the prompt, or done for them. */
export type How = "self" | "shown" | "done-for-me";

/** A task as it stands. */
export interface TaskProgress {
  readonly id: string;
  state: TaskState;
  how: How;
  /** What a hint of the lesson said about the machine. */
  hint?: string | undefined;
  /** A sentence about the check, or about what could not be done. */
  message?: string | undefined;
  /** Nothing went on for a while: a hint may be offered, never opened. */
  offersHint: boolean;
}

/** `failed`: the machine did not start; `problem` says why. */
export type RunPhase = "idle" | "starting" | "running" | "finished" | "failed";

/** A lesson as it is taken: its machine, its tasks, and what was done of them. */
export class LessonRun {
  phase = $state<RunPhase>("idle");
  /** Why the lesson did not start, or what could not be kept. */
  problem = $state<string | undefined>();
  tasks = $state<TaskProgress[]>([]);
  canUndo = $state(false);

  constructor(
    readonly lesson: Lesson,
    readonly session: Session,
    readonly terminal: Pick<TerminalTabs, "active" | "run" | "press" | "onOutput" | "restore">,
  ) {
    this.tasks = lesson.blocks.flatMap((block) =>
      block.kind === "task" ? [{ id: block.id, state: "open" as const, how: "self" as const, offersHint: false }] : [],
    );
  }
}
