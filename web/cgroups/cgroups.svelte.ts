import { readText } from "../../emulator/client/engine.ts";
import type { Transport } from "../../emulator/client/transport.ts";
import { decodeCgroups } from "../../emulator/observe/cgroups/decode.ts";
import { cgroupsView, type CgroupReading, type ContainerLabel } from "../../emulator/observe/cgroups/view.ts";

/** Meters move by themselves. Longer when a reading takes long, so that the guest has its time for itself. */
const lookEvery = 1000;
const restFactor = 20;
const longestRest = 4000;
/** After an event; what comes in bursts is read once. */
const nudgeAfter = 20;
/** Between the beginnings of two readings, and so many times as long as one takes. */
const mostOften = 120;
const mostOftenFactor = 3;
/** Rates need some time between two readings. */
const rateOver = 500;

/** The guest's control groups, read again and again while somebody looks. */
export class CgroupsState {
  now = $state.raw<CgroupReading | undefined>();
  before = $state.raw<CgroupReading | undefined>();
  labels = $state.raw<readonly ContainerLabel[]>([]);
  error = $state<string | undefined>();
  readonly view = $derived(this.now === undefined ? undefined : cgroupsView(this.now, this.before, this.labels));
  #wake: (() => void) | undefined;
  /** Something happened since the reading that is under way, or the last one, began. */
  #stale = false;
  /** From the one that rates are counted from. */
  #past: readonly CgroupReading[] = [];

  constructor(readonly transport: Transport) {}

  /** Reads until the returned function is called. */
  follow(): () => void {
    const following = new AbortController();
    void this.#loop(following.signal);
    return () => following.abort();
  }

  /** Something happened on the machine: look soon. */
  nudge(): void {
    this.#stale = true;
    this.#wake?.();
  }

  async #loop(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const began = performance.now();
      this.#stale = false;
      try {
        const reading = await this.#read(signal);
        const older = this.#past.findLastIndex(({ at }) => reading.at - at >= rateOver);
        this.#past = [...this.#past.slice(Math.max(0, older)), reading];
        if (older >= 0) [this.before] = this.#past;
        this.now = reading;
        this.error = undefined;
      } catch (error) {
        if (!signal.aborted) this.error = error instanceof Error ? error.message : String(error);
      }
      await this.#rest(began, signal);
    }
  }

  async #read(signal: AbortSignal): Promise<CgroupReading> {
    const response = await this.transport.request({ method: "GET", target: "/inside/cgroups/", signal });
    const text = await readText(response.body);
    if (response.status !== 200) throw new Error(text);
    return decodeCgroups(JSON.parse(text));
  }

  #rest(began: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const took = performance.now() - began;
      const done = (): void => {
        clearTimeout(timer);
        this.#wake = undefined;
        signal.removeEventListener("abort", done);
        resolve();
      };
      const soonest = began + Math.max(mostOften, mostOftenFactor * took);
      const soon = (): number => Math.max(nudgeAfter, soonest - performance.now());
      const again = Math.max(lookEvery, Math.min(longestRest, took * restFactor));
      let timer = setTimeout(done, this.#stale ? soon() : again);
      this.#wake = () => {
        this.#wake = undefined;
        clearTimeout(timer);
        timer = setTimeout(done, soon());
      };
      signal.addEventListener("abort", done, { once: true });
    });
  }
}
