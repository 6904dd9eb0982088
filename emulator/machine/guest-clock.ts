/**
 * The time the guest lives in, in milliseconds: it advances while the machine runs and stands still while it does not.
 * TSC, local APIC timer, PIT and ACPI timer all read it, so a pause or a restore leaves no timer overdue.
 */
export class GuestClock {
  #behind: number;
  #frozenAt: number | undefined;

  /** `start`: what the clock shows while it is frozen at first. */
  constructor(start: number) {
    this.#behind = performance.now() - start;
    this.#frozenAt = start;
  }

  now(): number {
    return this.#frozenAt ?? performance.now() - this.#behind;
  }

  freeze(): void {
    this.#frozenAt ??= this.now();
  }

  /** Goes on from where it was frozen. Returns the milliseconds of real time that were left out. */
  thaw(): number {
    if (this.#frozenAt === undefined) return 0;
    const behind = performance.now() - this.#frozenAt;
    const skipped = behind - this.#behind;
    this.#behind = behind;
    this.#frozenAt = undefined;
    return skipped;
  }

  /** Shows `time` when frozen. */
  set(time: number): void {
    if (this.#frozenAt === undefined) throw new Error("a running clock cannot be set");
    this.#frozenAt = time;
    this.#behind = performance.now() - time;
  }

  /** Leaves out the last `milliseconds` of real time. */
  skip(milliseconds: number): void {
    this.#behind += milliseconds;
  }
}

/** v86 reads some device timers from one function for all machines; it answers for the machine that is being executed. */
let executing: GuestClock | undefined;

export function sharedMicrotick(): number {
  return executing?.now() ?? performance.now();
}

/** Runs `work` with device timers on this clock. */
export function within<T>(clock: GuestClock, work: () => T): T {
  const outer = executing;
  executing = clock;
  try {
    return work();
  } finally {
    executing = outer;
  }
}
