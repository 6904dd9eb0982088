/**
 * What may have changed the machine: a shell is at its prompt again, the page wrote a file, the engine told of something,
 * or a terminal shows more while its command goes on.
 */
export type Happening = "prompt" | "file" | "engine" | "output";

/** One look at the tasks. */
export interface Turn {
  /** Something newer happened: what is looked at now may be over already. */
  readonly outdated: AbortSignal;
  /** Whoever looks must leave at once. */
  readonly stopped: AbortSignal;
}

/** From what happened to the look at it, in milliseconds. A prompt says that a command is over; events come in bursts. */
const settle: Readonly<Record<Happening, number>> = { prompt: 30, file: 100, engine: 120, output: 600 };
/** Output that never ends is no reason never to look. */
const longest = 2000;
/** After a look at output that goes on, checks rest so many times as long as they took: a third of the machine at most. */
const rest = 2;
/** Events that come so soon after a look may be its own doing. */
const echoes = 1000;
/** What a look itself sets off is looked at again later and later, from and up to this. */
const shortestEcho = 300;
const longestEcho = 30_000;

/**
 * Decides when to look again: `happened` is told of everything that may have changed the machine, `look` is called after
 * it settled, never twice at a time. What the learner did makes a look that goes on outdated, and a new one follows it.
 * Nothing happens by a timer alone.
 */
export class Recheck {
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When to look, because of something that is over, and because of output that may go on. */
  #due: number | undefined;
  #outputDue: number | undefined;
  #firstOutput: number | undefined;
  #turn: { readonly outdated: AbortController; readonly stopped: AbortController } | undefined;
  #running: Promise<void> | undefined;
  /** What happened during the look that goes on. */
  #again: Happening | "echo" | undefined;
  /** Others look: so many. */
  #others = 0;
  #echo = shortestEcho;
  #echoUntil = 0;
  #restUntil = 0;
  #ended = false;

  /** `look` tells its own troubles, and does not reject. */
  constructor(readonly look: (turn: Turn) => Promise<void>) {}

  happened(what: Happening): void {
    if (this.#ended) return;
    const isLearners = what === "prompt" || what === "file";
    if (what !== "engine") this.#echo = shortestEcho;
    if (isLearners) this.#echoUntil = 0;
    if (this.#turn !== undefined || this.#others > 0) {
      if (isLearners) {
        this.#again = what;
        this.#turn?.outdated.abort();
      } else this.#again ??= what === "engine" ? "echo" : what;
      return;
    }
    this.#planFor(what === "engine" && performance.now() < this.#echoUntil ? "echo" : what);
  }

  /** Does `work` with the machine to itself: a look that goes on is stopped, and begins again afterwards. */
  async instead<T>(work: () => Promise<T>): Promise<T> {
    const wasWanted = this.#timer !== undefined || this.#turn !== undefined;
    this.#others++;
    this.#cancel();
    this.#turn?.stopped.abort();
    try {
      await this.#running;
      return await work();
    } finally {
      this.#others--;
      if (wasWanted) this.#again ??= "engine";
      if (this.#others === 0) this.#planAgain();
    }
  }

  /** Nothing is looked at any more. */
  end(): void {
    this.#ended = true;
    this.#cancel();
    this.#turn?.stopped.abort();
  }

  #planAgain(): void {
    const again = this.#again;
    this.#again = undefined;
    if (again !== undefined && !this.#ended) this.#planFor(again);
  }

  #planFor(what: Happening | "echo"): void {
    const now = performance.now();
    if (what === "output") {
      this.#firstOutput ??= now;
      this.#outputDue = Math.max(Math.min(now + settle.output, this.#firstOutput + longest), this.#restUntil);
    } else if (what === "echo") {
      this.#due ??= Math.max(now + this.#echo, this.#restUntil);
      this.#echo = Math.min(longestEcho, this.#echo * 2);
    } else this.#due = Math.min(now + settle[what], this.#due ?? Infinity);
    clearTimeout(this.#timer);
    const due = Math.min(this.#due ?? Infinity, this.#outputDue ?? Infinity);
    this.#timer = setTimeout(() => void this.#run(), Math.max(0, due - now));
  }

  #cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = this.#due = this.#outputDue = this.#firstOutput = undefined;
  }

  async #run(): Promise<void> {
    this.#cancel();
    const turn = (this.#turn = { outdated: new AbortController(), stopped: new AbortController() });
    const began = performance.now();
    this.#running = this.look({ outdated: turn.outdated.signal, stopped: turn.stopped.signal });
    try {
      await this.#running;
    } finally {
      this.#running = this.#turn = undefined;
      const ended = performance.now();
      this.#restUntil = ended + rest * (ended - began);
      // An outdated look was followed by something of the learner's, which is looked at first.
      this.#echoUntil = turn.outdated.signal.aborted ? 0 : ended + echoes;
      if (this.#others === 0) this.#planAgain();
    }
  }
}
