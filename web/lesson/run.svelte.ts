import type { BlobStore } from "../../emulator/save/blob-store.ts";
import type { Lesson } from "../../lessons/lesson.ts";
import type { MachinePlace, Session } from "../session.svelte.ts";
import { Checkpoints } from "../store/checkpoints.ts";
import { opfsStore } from "../store/opfs.ts";
import type { How } from "../store/progress.ts";
import type { TerminalTabs } from "../terminal/tabs.svelte.ts";
import { Checks } from "./checks.ts";
import { followHappenings, pause } from "./happenings.ts";
import { HintOffer, hintOf } from "./hints.ts";
import { lessonMachine, pullImages } from "./lesson-machine.ts";
import { lessonProgress, type LessonProgress } from "./progress.svelte.ts";
import { Recheck } from "./recheck.ts";
import { TaskSaves } from "./saves.svelte.ts";
import { placeOf } from "./shell-place.ts";
import { LessonTasks, type OneTask, type TaskProgress } from "./tasks.svelte.ts";
import { atPrompt } from "./typed.ts";

/** `failed`: the machine did not start; `problem` says why. */
export type RunPhase = "idle" | "starting" | "running" | "finished" | "failed";

/** What a lesson asks of the machine's session, and of the terminals. */
export type LessonSession = Pick<Session, "slot" | "machine" | "phase" | "transport" | "enter" | "save" | "onWrite">;
export type LessonTerminal = Pick<TerminalTabs, "active" | "run" | "press" | "onOutput">;

/** What a lesson can wait for until the prompt is there, and for its images, in milliseconds. */
const promptPatience = 1500;
const imagePatience = 2000;

/** A lesson as it is taken: its machine, its tasks, and what was done of them. */
export class LessonRun {
  phase = $state<RunPhase>("idle");
  /** Why the lesson did not start, or what could not be kept. */
  problem = $state<string | undefined>();

  readonly #tasks: LessonTasks;
  readonly #saves: TaskSaves;
  readonly #place: MachinePlace;
  readonly #offer = new HintOffer(() => this.#offerHint());
  /** Of the machine that is followed. */
  #followed: { readonly abort: AbortController; checks?: Checks; recheck?: Recheck } | undefined;

  constructor(
    readonly lesson: Lesson,
    readonly session: LessonSession,
    readonly terminal: LessonTerminal,
    readonly progress: LessonProgress = lessonProgress(),
    store: BlobStore = opfsStore("machines"),
  ) {
    this.#place = lessonMachine(session.slot, lesson);
    this.#tasks = new LessonTasks(lesson, this.#place.machine, progress);
    this.#saves = new TaskSaves(new Checkpoints(store, this.#place.machine), session);
  }

  get tasks(): readonly TaskProgress[] {
    return this.#tasks.list;
  }

  get canUndo(): boolean {
    return this.#tasks.done.length > 0;
  }

  /** Goes to the lesson's machine and follows what happens there, until `stop`. */
  async start(): Promise<void> {
    if (this.#followed !== undefined && this.phase !== "failed") return;
    await this.#begin(() => this.session.enter(this.#place));
  }

  /** Ends all that follows the machine; the machine itself goes on until another place is entered. */
  stop(): void {
    this.#followed?.abort.abort(new DOMException("the lesson was left", "AbortError"));
    this.#followed = undefined;
    this.phase = "idle";
  }

  /** Looks at a task because the learner asks. */
  async check(id: string): Promise<void> {
    const task = this.#tasks.of(id);
    const { checks, recheck } = this.#followed ?? {};
    if (task === undefined || checks === undefined || recheck === undefined || task.shown.state === "done") return;
    task.shown.state = "checking";
    await recheck.instead(() => checks.one(task));
  }

  /** What the lesson makes of the machine as it is. */
  async hint(id: string): Promise<void> {
    const task = this.#tasks.of(id);
    const { abort, recheck } = this.#followed ?? {};
    if (task === undefined || abort === undefined || recheck === undefined) return;
    const { shown } = task;
    shown.offersHint = false;
    this.#offer.restart();
    try {
      shown.hint = await recheck.instead(() => hintOf(task.task, this.session.transport, abort.signal));
      shown.message =
        shown.hint === undefined
          ? "Nothing on the machine points to a mistake. Read the goal again, or show the solution."
          : undefined;
    } catch (error) {
      if (!abort.signal.aborted) shown.message = `The hint could not look at the machine: ${messageOf(error)}`;
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
    const last = this.#tasks.done.at(-1);
    if (last !== undefined) await this.backBefore(last);
  }

  /** What goes when one goes back to before `id`: it, and what was done after it. Empty when that cannot be. */
  takenBack(id: string): readonly string[] {
    const { done } = this.#tasks;
    const before = this.#tasks.before(id);
    const isKept = before === undefined || this.#saves.kept.includes(before);
    return done.includes(id) && isKept ? done.slice(done.indexOf(id)) : [];
  }

  /** Back to the machine as it was before `id` was done. */
  async backBefore(id: string): Promise<void> {
    const { done } = this.#tasks;
    if (!done.includes(id)) return;
    const before = this.#tasks.before(id);
    const after = done.slice(done.indexOf(id));
    let isKept = true;
    await this.#begin(() =>
      this.session.enter(this.#place, {
        ...(before === undefined && { fresh: true }),
        between: async () => {
          if (before !== undefined) isKept = await this.#saves.restore(before);
          if (!isKept) return;
          this.#tasks.takeBack(id);
          await this.#saves.forget(after);
        },
      }),
    );
    if (!isKept)
      this.problem = "The machine from before that task is not kept any more. Reset the lesson to begin again.";
  }

  /** The machine as the lesson begins, and all its tasks to do again. What was earned stays in the progress. */
  async reset(): Promise<void> {
    const { done } = this.#tasks;
    await this.#begin(() =>
      this.session.enter(this.#place, {
        fresh: true,
        between: async () => {
          this.#tasks.reopen();
          await this.#saves.forget(done);
        },
      }),
    );
  }

  async #begin(enter: () => Promise<void>): Promise<void> {
    this.stop();
    const abort = new AbortController();
    this.#followed = { abort };
    this.phase = "starting";
    this.problem = undefined;
    try {
      const entered = enter();
      // It is told below; meanwhile what is kept is read.
      entered.catch(() => undefined);
      await this.progress.load();
      this.#tasks.show();
      await Promise.all([
        entered,
        // Storage that is refused keeps nothing to go back to; the session tells of it when it saves.
        this.#saves.load(this.#tasks.done).catch(() => undefined),
      ]);
    } catch (error) {
      if (abort.signal.aborted) return;
      this.phase = "failed";
      this.problem = `The lesson's machine did not start: ${messageOf(error)}.`;
      return;
    }
    if (abort.signal.aborted) return;
    // Another place was wanted meanwhile.
    if (this.session.machine !== this.#place.machine) return this.stop();
    this.phase = "running";
    this.#settlePhase();
    this.#follow(abort);
  }

  #follow(abort: AbortController): void {
    const { signal } = abort;
    const checks = new Checks(
      {
        tasks: this.#tasks,
        transport: () => this.session.transport,
        isReady: () => this.session.phase.kind === "ready",
        onDone: (task) => this.#done(task, signal),
      },
      signal,
    );
    const recheck = new Recheck((turn) => checks.all(turn));
    this.#followed = { abort, checks, recheck };
    signal.addEventListener("abort", () => (recheck.end(), this.#offer.end()), { once: true });
    this.#offer.restart();
    void this.#afterPrompt(recheck, signal);
  }

  /** The prompt comes first, then the images, then checks: each would slow down the one before. */
  async #afterPrompt(recheck: Recheck, signal: AbortSignal): Promise<void> {
    const { machine } = this.#place;
    const prompt = new AbortController();
    const unread = this.terminal.onOutput((atPrompt) => {
      if (atPrompt) prompt.abort();
    });
    await pause(promptPatience, AbortSignal.any([signal, prompt.signal]));
    unread();
    if (signal.aborted) return;
    const images = pullImages(this.session.transport, machine, this.lesson.images, signal, (problem) => {
      this.problem ??= problem;
    });
    await Promise.race([images, pause(imagePatience, signal)]);
    if (signal.aborted) return;
    followHappenings(
      {
        onOutput: (listener) => this.terminal.onOutput(listener),
        onWrite: (listener) => this.session.onWrite(listener),
        transport: () => this.session.transport,
      },
      (what) => recheck.happened(what),
      signal,
    );
    recheck.happened("prompt");
  }

  #done({ task: { id } }: OneTask, signal: AbortSignal): void {
    this.problem ??= this.progress.problem;
    this.#settlePhase();
    this.#offer.restart();
    this.#saves.keep(id, this.#tasks.done, signal).catch((error: unknown) => {
      if (!signal.aborted) this.problem = `This task is done, but undo cannot come back to it: ${messageOf(error)}.`;
    });
  }

  async #solve(id: string, how: How, type: (keys: string) => void): Promise<void> {
    const task = this.#tasks.of(id);
    if (task === undefined || this.#followed?.checks === undefined) return;
    const place = await placeOf(this.session.transport, this.terminal.active);
    if (place?.idle !== true) {
      task.shown.message = "Something runs in this terminal. End it with Ctrl+C or exit, or open another terminal.";
      return;
    }
    task.shown.message = undefined;
    this.#tasks.remember(task, how);
    type(atPrompt(task.task.solution, place.folder));
  }

  #settlePhase(): void {
    if (this.phase !== "running" && this.phase !== "finished") return;
    this.phase = this.#tasks.open.length === 0 ? "finished" : "running";
  }

  #offerHint(): void {
    const [open] = this.#tasks.open;
    if (open !== undefined && open.shown.hint === undefined) open.shown.offersHint = true;
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
