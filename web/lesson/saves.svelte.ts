import type { Session } from "../session.svelte.ts";
import type { Checkpoints } from "../store/checkpoints.ts";

/** The saves of a lesson's machine that can be gone back to: one after each of its last tasks. */
export class TaskSaves {
  /** Tasks after which the machine was kept. */
  kept = $state.raw<readonly string[]>([]);
  /** One at a time: what is kept is what runs. */
  #going: Promise<void> = Promise.resolve();

  constructor(
    readonly checkpoints: Checkpoints,
    readonly session: Pick<Session, "save">,
  ) {}

  /** Reads which of `done` are kept. */
  load(done: readonly string[]): Promise<void> {
    return this.#inTurn(() => this.#read(done));
  }

  /** Keeps the machine as it is after `id`, the last of `done`. */
  keep(id: string, done: readonly string[], signal: AbortSignal): Promise<void> {
    return this.#inTurn(async () => {
      if (signal.aborted) return;
      await this.session.save();
      // It is another machine by now, or one that was brought back.
      if (signal.aborted) return;
      await this.checkpoints.keep(id, done);
      await this.#read(done);
    });
  }

  /** Makes the save after `id` the machine's. False when it is not kept any more. Only while the machine does not run. */
  restore(id: string): Promise<boolean> {
    return this.#inTurn(() => this.checkpoints.restore(id));
  }

  forget(ids: readonly string[]): Promise<void> {
    return this.#inTurn(async () => {
      await this.checkpoints.forget(ids);
      this.kept = this.kept.filter((id) => !ids.includes(id));
    });
  }

  async #read(done: readonly string[]): Promise<void> {
    this.kept = await this.checkpoints.kept(done);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#going.then(work);
    this.#going = done.then(
      () => undefined,
      () => undefined, // the caller is told
    );
    return done;
  }
}
