import { type GuestClock, within } from "./guest-clock.ts";
import { eventLoopTurns } from "./turns.ts";
import { interruptFlag, type V86Core } from "./v86-internals.ts";

/** v86 sleeps at most 100 ms at a time: a longer gap by this much is the host's doing (a suspended or frozen process). */
const longestGap = 1000;

export interface ExecutorEvents {
  /** After each slice of execution, when the guest may have posted buffers. */
  afterSlice(): void;
  crashed(reason: string): void;
  timeSkipped(milliseconds: number): void;
}

/** Executes the guest in slices of about a millisecond between turns of the event loop; owns running and paused. */
export class Executor {
  readonly #core: V86Core;
  readonly #clock: GuestClock;
  readonly #events: ExecutorEvents;
  readonly #turns = eventLoopTurns();
  #running = false;
  #inSlice = false;
  #ended = false;
  #begun = false;
  #lastSlice = 0;
  #sliceEnded: (() => void)[] = [];

  constructor(core: V86Core, clock: GuestClock, events: ExecutorEvents) {
    this.#core = core;
    this.#clock = clock;
    this.#events = events;
    core.yield = (milliseconds, tick) => {
      if (milliseconds < 1) {
        this.#turns.cancel();
        this.#turns.soon(() => core.yield_callback(tick));
      } else this.#turns.after(milliseconds, () => core.yield_callback(tick));
    };
    core.do_tick = () => this.#slice();
  }

  get running(): boolean {
    return this.#running;
  }

  /** True while guest instructions are on the stack: nothing may look at the machine as a whole. */
  get inSlice(): boolean {
    return this.#inSlice;
  }

  run(): void {
    if (this.#running || this.#ended) return;
    this.#running = true;
    const skipped = this.#clock.thaw();
    this.#lastSlice = this.#clock.now();
    if (this.#begun) this.#events.timeSkipped(skipped);
    this.#begun = true;
    this.#core.next_tick(0);
  }

  async pause(): Promise<void> {
    if (!this.#running && !this.#inSlice) return;
    this.#running = false;
    if (this.#inSlice) await new Promise<void>((resolve) => this.#sliceEnded.push(resolve));
    else this.#stop();
  }

  end(): void {
    this.#ended = true;
    this.#running = false;
    this.#stop();
    this.#turns.close();
  }

  #stop(): void {
    this.#turns.cancel();
    this.#clock.freeze();
  }

  #endSlice(): void {
    this.#inSlice = false;
    for (const resolve of this.#sliceEnded.splice(0)) resolve();
  }

  #slice(): void {
    if (!this.#running) return;
    const gap = this.#clock.now() - this.#lastSlice;
    if (gap > longestGap) {
      this.#clock.skip(gap);
      this.#events.timeSkipped(gap);
    }
    const core = this.#core;
    let sleep: number;
    core.idle = false;
    this.#inSlice = true;
    try {
      sleep = within(this.#clock, () => core.cpu.main_loop());
    } catch (error) {
      this.#endSlice();
      this.#events.crashed(`the emulator failed: ${error instanceof Error ? error.message : String(error)}`);
      return;
    }
    this.#endSlice();
    this.#lastSlice = this.#clock.now();
    if (sleep >= 100 && asleepForEver(core)) {
      this.#events.crashed("the processor halted with interrupts off");
      return;
    }
    if (this.#running) core.next_tick(sleep);
    else this.#stop();
    // After the next slice is planned, so that an interrupt raised here brings it forward.
    this.#events.afterSlice();
  }
}

function asleepForEver({ cpu }: V86Core): boolean {
  return cpu.in_hlt[0] !== 0 && ((cpu.flags[0] ?? 0) & interruptFlag) === 0;
}
