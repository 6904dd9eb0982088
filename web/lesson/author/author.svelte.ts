import type { Transport } from "../../../emulator/client/transport.ts";
import type { Lesson, Task } from "../../../lessons/lesson.ts";
import { followHappenings } from "../happenings.ts";
import { Recheck, type Turn } from "../recheck.ts";
import type { LessonRun } from "../run.svelte.ts";
import { runScript } from "../script.ts";
import { placeOf } from "../shell-place.ts";
import { atPrompt } from "../typed.ts";

/** What a script said when it ran last. */
export interface Look {
  readonly exitCode: number;
  readonly output: string;
  readonly timedOut: boolean;
  /** Milliseconds in all, and of the guest's processor. */
  readonly took: number;
  readonly work: number;
}

/** A task as its author watches it. */
export interface WatchedTask {
  readonly task: Task;
  check: Look | undefined;
  /** As the task has its hints. */
  hints: readonly (Look | undefined)[];
}

/** What an author wants of a lesson that is taken. */
export type WatchedRun = Pick<LessonRun, "lesson" | "phase" | "reset"> & {
  readonly session: Pick<LessonRun["session"], "transport" | "onWrite">;
  readonly terminal: Pick<LessonRun["terminal"], "active" | "run" | "onOutput">;
};

/** Runs every check and every hint of a lesson after each thing that happened, and keeps what they said. */
export class AuthorWatch {
  tasks = $state<WatchedTask[]>([]);
  looking = $state(false);
  /** Why something was not run, or could not be looked at. */
  problem = $state<string | undefined>();

  constructor(readonly run: WatchedRun) {
    this.tasks = tasksOf(run.lesson).map((task) => ({
      task,
      check: undefined,
      hints: task.hints.map(() => undefined),
    }));
  }

  /** Until `signal` aborts. */
  follow(signal: AbortSignal): void {
    const recheck = new Recheck((turn) => this.#look(turn, signal));
    signal.addEventListener("abort", () => recheck.end(), { once: true });
    const { session, terminal } = this.run;
    followHappenings(
      {
        onOutput: (listener) => terminal.onOutput(listener),
        onWrite: (listener) => session.onWrite(listener),
        transport: () => session.transport,
      },
      (what) => recheck.happened(what),
      signal,
    );
    recheck.happened("engine");
  }

  /** Types a script into the learner's terminal, Enter included. */
  async type(script: string): Promise<void> {
    this.problem = undefined;
    const place = await placeOf(this.run.session.transport, this.run.terminal.active);
    if (place?.idle === true) this.run.terminal.run(atPrompt(script, place.folder));
    else this.problem = "Something runs in the terminal. End it with Ctrl+C, then try again.";
  }

  async #look(turn: Turn, signal: AbortSignal): Promise<void> {
    const until = AbortSignal.any([turn.outdated, turn.stopped, signal]);
    this.looking = true;
    try {
      for (const watched of this.tasks) {
        watched.check = await this.#see(watched.task.check, until);
        const hints: Look[] = [];
        for (const { script } of watched.task.hints) hints.push(await this.#see(script, until));
        watched.hints = hints;
      }
    } catch (error) {
      if (!until.aborted) this.problem = `The machine could not be looked at: ${messageOf(error)}`;
    } finally {
      this.looking = false;
    }
  }

  async #see(script: string, signal: AbortSignal): Promise<Look> {
    signal.throwIfAborted();
    const transport: Transport = this.run.session.transport;
    const began = performance.now();
    const { exitCode, stdout, stderr, timedOut, cpuMs } = await runScript(transport, script, signal);
    const output = `${stdout}${stderr}`.trim();
    return { exitCode, output, timedOut, took: performance.now() - began, work: cpuMs };
  }
}

/** Which hint a learner would get: the first that says something. */
export function speaking(hints: WatchedTask["hints"]): number {
  return hints.findIndex((hint) => hint !== undefined && !hint.timedOut && hint.output !== "");
}

const tasksOf = (lesson: Lesson) => lesson.blocks.filter((block) => block.kind === "task");
const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
