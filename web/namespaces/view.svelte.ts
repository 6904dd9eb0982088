import { SvelteSet } from "svelte/reactivity";
import { changes } from "../../emulator/observe/namespaces/changes.ts";
import type { ContainerLabel, ProcessReading, ProcessSight } from "../../emulator/observe/namespaces/facts.ts";
import { sightView } from "../../emulator/observe/namespaces/sight.ts";
import { namespacesView, type NamespacesView } from "../../emulator/observe/namespaces/view.ts";
import { ProcessGone, type NamespacesClient } from "./inside.ts";

/** Without an event: `unshare` makes none. Longer when a reading takes long, so that the guest has its time for itself. */
const lookEvery = 3000;
const restFactor = 30;
/** After an event; what comes in bursts is read once. */
const nudgeAfter = 30;
/** Between the beginnings of two readings, and so many times as long as one takes. */
const mostOften = 120;
const mostOftenFactor = 3;
/** A process moves to namespaces of its own a moment after the event that told of it. */
const settled = 400;

/** More than these are closed at first. */
export const manyGroups = 8;

/** Processes and namespaces, read again and again while somebody looks. */
export class NamespacesState {
  reading = $state.raw<ProcessReading | undefined>();
  labels = $state.raw<readonly ContainerLabel[]>([]);
  error = $state<string | undefined>();
  pid = $state<number | undefined>();
  sight = $state.raw<ProcessSight | undefined>();
  sightError = $state<string | undefined>();
  /** Open unless there are many, or as the user said for all. */
  #all = $state<boolean | undefined>();
  /** Groups that the user opened or closed against that. */
  readonly #toggled = new SvelteSet<string>();
  /** What changed and was not looked at. */
  readonly marked = new SvelteSet<string>();

  readonly view = $derived(this.reading === undefined ? undefined : namespacesView(this.reading, this.labels));
  readonly process = $derived(
    this.view === undefined || this.reading === undefined || this.pid === undefined
      ? undefined
      : sightView(this.view, this.reading, this.pid, this.sight),
  );

  #following = AbortSignal.abort();
  #shape = "";
  #before: NamespacesView | undefined;
  #wake: (() => void) | undefined;
  #stale = false;
  #lastEvent = 0;

  constructor(readonly client: NamespacesClient) {}

  /** Reads the machine until the returned function is called. */
  follow(): () => void {
    const following = new AbortController();
    this.#following = following.signal;
    void this.#loop(following.signal);
    return () => following.abort();
  }

  /** Something happened on the machine: look soon. */
  nudge(): void {
    this.#stale = true;
    this.#lastEvent = performance.now();
    this.#wake?.();
  }

  choose(pid: number | undefined): void {
    if (this.pid !== pid) [this.sight, this.sightError] = [undefined, undefined];
    this.pid = pid;
    // The reading that comes next may be a while away.
    const signal = this.#following;
    if (pid !== undefined && !signal.aborted) this.#look(signal).catch((error: unknown) => this.#fail(error, signal));
  }

  isOpen(key: string, groups: number): boolean {
    const first = this.#all ?? groups <= manyGroups;
    return this.#toggled.has(key) ? !first : first;
  }

  setAll(open: boolean): void {
    this.#all = open;
    this.#toggled.clear();
  }

  toggle(key: string): void {
    if (!this.#toggled.delete(key)) this.#toggled.add(key);
  }

  looked(...keys: readonly string[]): void {
    for (const key of keys) this.marked.delete(key);
  }

  async #loop(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const began = performance.now();
      this.#stale = false;
      try {
        this.#take(await this.client.processes(signal));
        this.error = undefined;
        await this.#look(signal);
      } catch (error) {
        this.#fail(error, signal);
      }
      await this.#rest(began, signal);
    }
  }

  #fail(error: unknown, signal: AbortSignal): void {
    if (!signal.aborted) this.error = error instanceof Error ? error.message : String(error);
  }

  #take(reading: ProcessReading): void {
    // Most readings are as the one before, and drawing takes time that the page has other use for.
    const shape = shapeOf(reading, this.pid);
    if (shape === this.#shape) return;
    this.#shape = shape;
    this.reading = reading;
    const view = this.view;
    if (view === undefined) return;
    if (this.#before !== undefined) for (const key of changes(this.#before, view)) this.marked.add(key);
    this.#before = view;
  }

  /** At the chosen process. One that has ended stays on the screen as gone. */
  async #look(signal: AbortSignal): Promise<void> {
    const { pid } = this;
    if (pid === undefined) return;
    try {
      const sight = await this.client.sight(pid, signal);
      if (this.pid === pid) [this.sight, this.sightError] = [sight, undefined];
    } catch (error) {
      if (signal.aborted || this.pid !== pid) return;
      if (!(error instanceof ProcessGone)) throw error;
      this.sightError = `Process ${String(pid)} has ended.`;
    }
  }

  #rest(began: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const took = performance.now() - began;
      const soonest = Math.max(began + Math.max(mostOften, mostOftenFactor * took), performance.now() + nudgeAfter);
      // What an event began may not have been over when it was read.
      const again = performance.now() - this.#lastEvent < settled ? settled : Math.max(lookEvery, restFactor * took);
      const done = () => {
        clearTimeout(timer);
        this.#wake = undefined;
        signal.removeEventListener("abort", done);
        resolve();
      };
      const until = () => Math.max(0, soonest - performance.now());
      let timer = setTimeout(done, this.#stale ? until() : again);
      this.#wake = () => {
        clearTimeout(timer);
        timer = setTimeout(done, Math.max(until(), nudgeAfter));
      };
      signal.addEventListener("abort", done, { once: true });
    });
  }
}

/** What is shown of a reading. That one sleeps and runs by turns is shown of the chosen process alone. */
function shapeOf({ cut, processes }: ProcessReading, chosen: number | undefined): string {
  const shown = processes.map(
    ({ pid, parent, pids, name, command, state, uid, gid, capabilities, cgroup, namespaces }) => {
      const still = pid === chosen || !["R", "S"].includes(state) ? state : "";
      return [pid, parent, pids, name, command, still, uid, gid, capabilities.length, cgroup, namespaces];
    },
  );
  return JSON.stringify([cut, shown]);
}
