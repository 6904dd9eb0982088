import { decodeCgroups } from "../../emulator/observe/cgroups/decode.ts";
import { cgroupsView, type CgroupReading, type ContainerLabel } from "../../emulator/observe/cgroups/view.ts";
import { readText } from "../../emulator/client/engine.ts";
import type { Transport } from "../../emulator/client/transport.ts";

/** Meters move by themselves. Longer when a reading takes long, so that the guest has its time for itself. */
const lookEvery = 1000;
const restFactor = 20;
/** After an event. */
const nudgeAfter = 60;

/** The guest's control groups, read again and again while somebody looks. */
export class CgroupsState {
  now = $state.raw<CgroupReading | undefined>();
  before = $state.raw<CgroupReading | undefined>();
  labels = $state.raw<readonly ContainerLabel[]>([]);
  error = $state<string | undefined>();
  readonly view = $derived(this.now === undefined ? undefined : cgroupsView(this.now, this.before, this.labels));
  #wake: (() => void) | undefined;

  constructor(readonly transport: Transport) {}

  /** Reads until the returned function is called. */
  follow(): () => void {
    const following = new AbortController();
    void this.#loop(following.signal);
    return () => following.abort();
  }

  /** Something happened on the machine: look soon. */
  nudge(): void {
    this.#wake?.();
  }

  async #loop(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const began = performance.now();
      try {
        const reading = await this.#read(signal);
        // Rates need some time between two readings.
        if (this.now === undefined || reading.at - this.now.at >= lookEvery / 2) this.before = this.now;
        this.now = reading;
        this.error = undefined;
      } catch (error) {
        if (!signal.aborted) this.error = error instanceof Error ? error.message : String(error);
      }
      await this.#rest(performance.now() - began, signal);
    }
  }

  async #read(signal: AbortSignal): Promise<CgroupReading> {
    const response = await this.transport.request({ method: "GET", target: "/inside/cgroups/", signal });
    const text = await readText(response.body);
    if (response.status !== 200) throw new Error(text);
    return decodeCgroups(JSON.parse(text));
  }

  #rest(took: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#wake = undefined;
        signal.removeEventListener("abort", done);
        resolve();
      };
      let timer = setTimeout(done, Math.max(lookEvery, took * restFactor));
      this.#wake = () => {
        this.#wake = undefined;
        clearTimeout(timer);
        timer = setTimeout(done, nudgeAfter + took);
      };
      signal.addEventListener("abort", done, { once: true });
    });
  }
}
