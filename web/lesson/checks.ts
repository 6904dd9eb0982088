import type { Transport } from "../../emulator/client/transport.ts";
import type { Turn } from "./recheck.ts";
import { runScript, stuckBecause, type ScriptResult } from "./script.ts";
import type { LessonTasks, OneTask } from "./tasks.svelte.ts";

/** A check that is outdated may take so long in all, in milliseconds: most end by themselves sooner than they are killed. */
const grace = 500;

/** What the checks of a lesson need of the page. */
export interface CheckNeeds {
  readonly tasks: LessonTasks;
  readonly transport: () => Transport;
  /** False while the machine is none to look at. */
  readonly isReady: () => boolean;
  /** A task was done just now. */
  readonly onDone: (task: OneTask) => void;
}

/** Asks the machine which tasks are done: one check at a time, the first open task first. */
export class Checks {
  /** Did not end the last time: they are looked at after the others. */
  readonly #slow = new Set<string>();
  /** Were cut short the last time, and are left to end the next. */
  readonly #cut = new Set<string>();

  constructor(
    readonly needs: CheckNeeds,
    readonly signal: AbortSignal,
  ) {}

  /** Looks at all open tasks, until `turn` has passed. */
  async all(turn: Turn): Promise<void> {
    const open = this.needs.tasks.open.filter(({ shown }) => shown.state !== "checking");
    const isSlow = ({ task }: OneTask) => this.#slow.has(task.id);
    for (const each of [...open.filter((one) => !isSlow(one)), ...open.filter(isSlow)]) {
      if (turn.outdated.aborted || turn.stopped.aborted || this.signal.aborted || !this.needs.isReady()) return;
      await this.#look(each, turn);
    }
  }

  /** Looks at one task because the learner asks; it is shown as being checked. */
  async one(each: OneTask): Promise<void> {
    await this.#look(each, undefined);
  }

  async #look(each: OneTask, turn: Turn | undefined): Promise<void> {
    const { id, check } = each.task;
    const until = turn === undefined ? undefined : cutOff(turn, this.#cut.has(id) && !this.#slow.has(id));
    const signal = until === undefined ? this.signal : AbortSignal.any([this.signal, until.signal]);
    let result: ScriptResult;
    try {
      result = await runScript(this.needs.transport(), check, signal);
    } catch (error) {
      if (this.signal.aborted) return;
      if (signal.aborted) {
        // What was stopped for the learner's own question is no slower for it.
        if (turn?.stopped.aborted === false) this.#cut.add(id);
        return;
      }
      each.shown.state = "stuck";
      each.shown.message = `The check could not run: ${error instanceof Error ? error.message : String(error)}`;
      return;
    } finally {
      until?.end();
    }
    this.#cut.delete(id);
    if (result.timedOut) this.#slow.add(id);
    else this.#slow.delete(id);
    if (!this.signal.aborted) await this.#tell(each, result, turn === undefined);
  }

  async #tell(each: OneTask, result: ScriptResult, asked: boolean): Promise<void> {
    const { shown } = each;
    if (result.exitCode === 0 && !result.timedOut) {
      if (await this.needs.tasks.complete(each, this.signal)) this.needs.onDone(each);
      return;
    }
    // Another look, asked for meanwhile, has the word.
    if (shown.state === "done" || (shown.state === "checking" && !asked)) return;
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
}

/** A signal that aborts when `turn` ends a check: at once, or, when it is only outdated, after its grace. */
function cutOff({ outdated, stopped }: Turn, isSpared: boolean): { readonly signal: AbortSignal; end(): void } {
  const cut = new AbortController();
  const began = performance.now();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const soon = () => (timer = setTimeout(() => cut.abort(), Math.max(0, began + grace - performance.now())));
  if (!isSpared) outdated.addEventListener("abort", soon, { once: true });
  return {
    signal: AbortSignal.any([cut.signal, stopped]),
    end: () => {
      clearTimeout(timer);
      outdated.removeEventListener("abort", soon);
    },
  };
}
