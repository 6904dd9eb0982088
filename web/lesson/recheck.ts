/** When something happened, what it may have changed is checked after this long without more of it, in milliseconds. */
const settle = 150;
/** Output that never ends is no reason never to look. */
const longest = 2000;
/** Checks rest so many times as long as they took, so that they take a third of the machine at most. */
const rest = 2;
/** What a check itself sets off is looked at again later and later, up to this. */
const longestEcho = 30_000;

/**
 * Decides when to look again: `happened` is told of everything that may have changed the machine, `look` is called after
 * it settled, never twice at a time. Nothing happens by a timer alone.
 */
export class Recheck {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #first: number | undefined;
  #running = false;
  #again: "learner" | "echo" | undefined;
  #echo = settle;
  #earliest = 0;
  #ended = false;

  constructor(readonly look: () => Promise<void>) {}

  /** `engine` events may come from the checks themselves; a terminal and a file are the learner's. */
  happened(by: "learner" | "engine"): void {
    if (this.#ended) return;
    if (by === "learner") this.#echo = settle;
    if (this.#running) {
      if (this.#again !== "learner") this.#again = by === "learner" ? "learner" : "echo";
      return;
    }
    this.#plan(settle);
  }

  /** Nothing is looked at any more. */
  end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
  }

  #plan(after: number): void {
    const now = performance.now();
    this.#first ??= now;
    const wait = Math.max(
      Math.min(after, Math.max(0, this.#first + Math.max(longest, after) - now)),
      this.#earliest - now,
    );
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#run(), wait);
  }

  async #run(): Promise<void> {
    this.#first = undefined;
    this.#running = true;
    const began = performance.now();
    await this.look();
    this.#running = false;
    const ended = performance.now();
    this.#earliest = ended + rest * (ended - began);
    const again = this.#again;
    this.#again = undefined;
    if (again === undefined || this.#ended) return;
    if (again === "echo") this.#echo = Math.min(longestEcho, this.#echo * 2);
    this.#plan(again === "echo" ? this.#echo : settle);
  }
}
