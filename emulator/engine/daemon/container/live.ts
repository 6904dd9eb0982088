import { Mutex } from "../../mutex.ts";
import type { TaskExit } from "../../runtime.ts";

/** What belongs to a container only while the engine runs. */
export class Live {
  /** Held by whatever changes the container's state: start, exit, pause, update, remove. */
  readonly lock = new Mutex();
  /** Everything `create` began in the guest: snapshot, directory, volumes filled. Rejects when that failed. */
  prepared: Promise<void> = Promise.resolve();
  /** The task's stdio has been made, by an attach before the start or by the start. */
  stdio: Promise<void> | undefined;
  /** How many uses of the mounted root there are: the running task, a copy. */
  readonly rootfs = { users: 0, lock: new Mutex() };
  /** Ends the wait for the next automatic start. */
  cancelRestart: (() => void) | undefined;
  /** Ends the health probes. */
  cancelHealth: (() => void) | undefined;
  /** Settled when the exit of the running task has been dealt with. */
  ended: Promise<void> = Promise.resolve();
  /** During `docker restart`: neither `--rm` nor the restart policy looks at this exit. */
  keepsAfterExit = false;
  /** Exec ids that run, for `inspect`. */
  readonly execs = new Set<string>();
  /** Execs that ran through a restore and have nobody attached, with their end. */
  readonly orphanedExecs = new Map<string, Promise<void>>();
  readonly exits = new Listeners<TaskExit>();
  readonly removals = new Listeners<TaskExit>();
}

/** Callbacks for something that happens once or many times. */
export class Listeners<T> {
  readonly #listeners = new Set<(value: T) => void>();

  add(listener: (value: T) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Tells everyone who listens now. */
  tell(value: T): void {
    for (const listener of [...this.#listeners]) listener(value);
  }

  /** The next value. Rejects with the signal's reason when it aborts first. */
  next(signal: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
      const end = this.add((value) => {
        end();
        signal.removeEventListener("abort", gone);
        resolve(value);
      });
      const gone = (): void => {
        end();
        reject(signal.reason instanceof Error ? signal.reason : new Error("aborted"));
      };
      if (signal.aborted) gone();
      else signal.addEventListener("abort", gone, { once: true });
    });
  }
}
