import * as v from "valibot";
import * as system from "../../emulator/client/system.ts";
import type { Lesson, Task } from "../../lessons/lesson.ts";
import type { MachinePlace, Session } from "../session.svelte.ts";
import { Checkpoints } from "../store/checkpoints.ts";
import { readLessonRecord, writeLessonRecord, type LessonRecord } from "../store/lesson-record.ts";
import { opfsStore } from "../store/opfs.ts";
import type { TerminalTabs } from "../terminal/tabs.svelte.ts";
import { lessonMachine } from "./lesson-machine.ts";
import { lessonProgress, type LessonProgress } from "./progress.svelte.ts";
import { Recheck } from "./recheck.ts";
import { runScript, stuckBecause, type ScriptResult } from "./script.ts";
import { atPrompt } from "./typed.ts";

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

/** A hint is offered after so long without progress, in milliseconds. */
const offerAfter = 90_000;
/** A stream of events that ended with its machine is asked for again. */
const followAgain = 1000;
const shellPlace = v.object({ folder: v.string(), idle: v.boolean() });

/** A lesson as it is taken: its machine, its tasks, and what was done of them. */
export class LessonRun {
  phase = $state<RunPhase>("idle");
  /** Why the lesson did not start, or what could not be kept. */
  problem = $state<string | undefined>();
  tasks = $state<TaskProgress[]>([]);
  canUndo = $state(false);

  readonly #tasks: readonly Task[];
  readonly #place: MachinePlace;
  readonly #checkpoints: Checkpoints;
  #record: LessonRecord;
  #abort: AbortController | undefined;
  #recheck: Recheck | undefined;
  #offer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly lesson: Lesson,
    readonly session: Session,
    readonly terminal: Pick<TerminalTabs, "active" | "run" | "press" | "onOutput">,
    readonly progress: LessonProgress = lessonProgress(),
  ) {
    this.#tasks = lesson.blocks.filter((block) => block.kind === "task");
    this.#place = lessonMachine(session.slot, lesson, (problem) => (this.problem = problem));
    this.#checkpoints = new Checkpoints(opfsStore("machines"), this.#place.machine);
    this.#record = readLessonRecord(this.#place.machine);
    this.#show();
  }

  /** Goes to the lesson's machine and follows what happens there, until `stop`. */
  async start(): Promise<void> {
    if (this.#abort !== undefined && this.phase !== "failed") return;
    await this.#begin(() => this.session.enter(this.#place));
  }

  /** Ends all that follows the machine; the machine itself goes on until another place is entered. */
  stop(): void {
    this.#abort?.abort(new DOMException("the lesson was left", "AbortError"));
    this.#abort = undefined;
    this.phase = "idle";
  }

  /** Looks at a task because the learner asks. */
  async check(id: string): Promise<void> {
    const task = this.#of(id);
    const signal = this.#abort?.signal;
    if (task === undefined || signal === undefined || task.shown.state === "done") return;
    task.shown.state = "checking";
    await this.#look(task.task, task.shown, signal, true);
  }

  /** What the lesson makes of the machine as it is. */
  async hint(id: string): Promise<void> {
    const task = this.#of(id);
    const signal = this.#abort?.signal;
    if (task === undefined || signal === undefined) return;
    task.shown.offersHint = false;
    this.#restartOffer();
    try {
      for (const { script } of task.task.hints) {
        const { stdout, timedOut } = await runScript(this.session.transport, script, signal);
        const said = timedOut ? "" : stdout.trim();
        if (said === "") continue;
        task.shown.hint = said;
        task.shown.message = undefined;
        return;
      }
      task.shown.hint = undefined;
      task.shown.message = "Nothing on the machine points to a mistake. Read the goal again, or show the solution.";
    } catch (error) {
      if (!signal.aborted) task.shown.message = `The hint could not look at the machine: ${messageOf(error)}`;
    }
  }

  /** Puts the solution at the prompt; Enter is the learner's. */
  async showSolution(id: string): Promise<void> {
    await this.#solve(id, "shown", (keys) => this.terminal.press(keys));
  }

  /** Runs the solution in the terminal. */
  async doIt(id: string): Promise<void> {
    await this.#solve(id, "done-for-me", (keys) => this.terminal.run(keys));
  }

  /** Back to before the last task that was done on this machine. */
  async undo(): Promise<void> {
    const done = [...this.#record.done];
    const last = done.pop();
    if (last === undefined) return;
    const before = done.at(-1);
    let isKept = true;
    await this.#begin(() =>
      this.session.enter(
        this.#place,
        before === undefined
          ? { fresh: true }
          : { between: async () => void (isKept = await this.#checkpoints.restore(before)) },
      ),
    );
    if (!isKept) {
      this.problem = "The machine from before that task is not kept any more. Reset the lesson to begin again.";
      return;
    }
    const { [last]: _, ...how } = this.#record.how;
    this.#write({ done, reopened: [...new Set([...this.#record.reopened, last])], how });
    this.#show();
    this.#settlePhase();
  }

  /** The machine as the lesson begins, and all its tasks to do again. What was earned stays in the progress. */
  async reset(): Promise<void> {
    const { done } = this.#record;
    await this.#begin(() =>
      this.session.enter(this.#place, { fresh: true, between: () => this.#checkpoints.forget(done) }),
    );
    this.#write({ done: [], reopened: this.#tasks.map(({ id }) => id), how: {} });
    this.#show();
    this.#settlePhase();
  }

  async #begin(enter: () => Promise<void>): Promise<void> {
    this.stop();
    const abort = (this.#abort = new AbortController());
    this.phase = "starting";
    this.problem = undefined;
    try {
      await this.progress.load();
      this.#show();
      await enter();
    } catch (error) {
      if (abort.signal.aborted) return;
      this.phase = "failed";
      this.problem = `The lesson's machine did not start: ${messageOf(error)}.`;
      return;
    }
    if (abort.signal.aborted || this.session.machine !== this.#place.machine) return;
    this.phase = "running";
    this.#settlePhase();
    this.#watch(abort.signal);
  }

  #watch(signal: AbortSignal): void {
    const recheck = (this.#recheck = new Recheck(() => this.#lookAtAll(signal)));
    const unread = this.terminal.onOutput(() => recheck.happened("learner"));
    const unwritten = this.session.onWrite(() => recheck.happened("learner"));
    void this.#followEvents(recheck, signal);
    signal.addEventListener(
      "abort",
      () => {
        recheck.end();
        unread();
        unwritten();
        clearTimeout(this.#offer);
      },
      { once: true },
    );
    this.#restartOffer();
    recheck.happened("learner");
  }

  async #followEvents(recheck: Recheck, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        for await (const event of await system.events({ transport: this.session.transport, signal }))
          // A container's health checks are no news.
          if (!String(event["Action"]).startsWith("exec_")) recheck.happened("engine");
      } catch {
        // The machine stopped, which the page shows; it may start again.
      }
      await new Promise((resolve) => setTimeout(resolve, followAgain));
    }
  }

  async #lookAtAll(signal: AbortSignal): Promise<void> {
    for (const task of this.#tasks) {
      const shown = this.#of(task.id)?.shown;
      if (signal.aborted || this.session.phase.kind !== "ready") return;
      if (shown !== undefined && shown.state !== "done" && shown.state !== "checking")
        await this.#look(task, shown, signal, false);
    }
  }

  async #look(task: Task, shown: TaskProgress, signal: AbortSignal, asked: boolean): Promise<void> {
    let result: ScriptResult;
    try {
      result = await runScript(this.session.transport, task.check, signal);
    } catch (error) {
      if (signal.aborted) return;
      shown.state = "stuck";
      shown.message = `The check could not run: ${messageOf(error)}`;
      return;
    }
    if (signal.aborted) return;
    if (result.exitCode === 0 && !result.timedOut) {
      await this.#complete(task, shown);
      return;
    }
    const stuck = stuckBecause(result);
    if (stuck !== undefined) {
      shown.state = "stuck";
      shown.message = stuck;
    } else if (asked) {
      shown.state = "failing";
      shown.message = "The machine does not show it yet. A hint looks at what is there.";
    } else if (shown.state === "stuck") {
      shown.state = "open";
      shown.message = undefined;
    }
  }

  async #complete(task: Task, shown: TaskProgress): Promise<void> {
    if (shown.state === "done") return;
    const { id } = task;
    await this.progress.done(this.lesson.id, id, shown.how);
    this.problem ??= this.progress.problem;
    const { done, reopened, how } = this.#record;
    this.#write({
      done: [...done.filter((each) => each !== id), id],
      reopened: reopened.filter((each) => each !== id),
      how,
    });
    Object.assign(shown, { state: "done", hint: undefined, message: undefined, offersHint: false });
    this.#settlePhase();
    this.#restartOffer();
    void this.#checkpoint(id);
  }

  async #checkpoint(id: string): Promise<void> {
    try {
      await this.session.save();
      await this.#checkpoints.keep(id, this.#record.done);
    } catch (error) {
      this.problem = `This task is done, but undo cannot come back to it: ${messageOf(error)}.`;
    }
  }

  async #solve(id: string, how: How, type: (keys: string) => void): Promise<void> {
    const task = this.#of(id);
    if (task === undefined || this.#abort === undefined) return;
    const place = await this.#shell();
    if (place?.idle !== true) {
      task.shown.message = "Something runs in this terminal. End it with Ctrl+C or exit, or open another terminal.";
      return;
    }
    task.shown.message = undefined;
    if (task.shown.state !== "done") {
      task.shown.how = how;
      this.#write({ ...this.#record, how: { ...this.#record.how, [id]: how } });
    }
    type(atPrompt(task.task.solution, place.folder));
  }

  /** Where the terminal's shell stands; undefined when there is none. */
  async #shell(): Promise<v.InferOutput<typeof shellPlace> | undefined> {
    const target = `/inside/files/shell?name=${encodeURIComponent(this.terminal.active)}`;
    const { status, body } = await this.session.transport.request({ method: "GET", target, headers: {} });
    const answer: unknown = await new Response(body).json();
    return status === 200 ? v.parse(shellPlace, answer) : undefined;
  }

  #of(id: string): { readonly task: Task; readonly shown: TaskProgress } | undefined {
    const task = this.#tasks.find((each) => each.id === id);
    const shown = this.tasks.find((each) => each.id === id);
    return task === undefined || shown === undefined ? undefined : { task, shown };
  }

  /** All tasks as they were kept. */
  #show(): void {
    this.tasks = this.#tasks.map(({ id }) => {
      const done = this.#record.reopened.includes(id) ? undefined : this.progress.doneOf(this.lesson.id, id);
      const asked = Object.hasOwn(this.#record.how, id) ? this.#record.how[id] : undefined;
      return { id, state: done === undefined ? "open" : "done", how: done?.how ?? asked ?? "self", offersHint: false };
    });
    this.canUndo = this.#record.done.length > 0;
  }

  #write(record: LessonRecord): void {
    this.#record = record;
    this.canUndo = record.done.length > 0;
    writeLessonRecord(this.#place.machine, record);
  }

  #settlePhase(): void {
    if (this.phase !== "running" && this.phase !== "finished") return;
    this.phase = this.tasks.every(({ state }) => state === "done") ? "finished" : "running";
  }

  #restartOffer(): void {
    clearTimeout(this.#offer);
    this.#offer = setTimeout(() => {
      const open = this.tasks.find(({ state }) => state !== "done");
      if (open !== undefined && open.hint === undefined) open.offersHint = true;
    }, offerAfter);
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
