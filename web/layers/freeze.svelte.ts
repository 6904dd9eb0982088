/** Holds what a picture shows while it is frozen. */
export class Freezer<T> {
  frozen = $state(false);
  #held: { readonly value: T } | undefined;

  /** What to show: what was there when it was frozen, or what is there now. */
  of(live: T): T {
    if (this.frozen && this.#held !== undefined) return this.#held.value;
    this.#held = { value: live };
    return live;
  }
}
