import { containerDetail } from "../../emulator/observe/lifecycle/detail.ts";
import type {
  ContainerRecord,
  KernelFacts,
  LifecycleEvent,
  PolicySeen,
} from "../../emulator/observe/lifecycle/facts.ts";
import { lifecycleView, type ContainerView } from "../../emulator/observe/lifecycle/view.ts";
import type { LifecycleClient } from "./inside.ts";

/** After an event; what comes in bursts is read once. */
const nudgeAfter = 30;
/** Between the beginnings of two looks. */
const mostOften = 250;
/** After a terminal showed something: what is done by hand in a control group makes no event. */
const terminalAfter = 1000;
/** A program replaces the runtime's a moment after the event that told of its start. */
const settled = 400;
/** More events are of containers that restart all day: then the oldest are left out. */
const eventsKept = 1500;

/** The lives of a machine's containers, followed by events while somebody looks. */
export class LifecycleState {
  /** The number of the first event that is kept. */
  #from = $state(0);
  #events = $state.raw<readonly LifecycleEvent[]>([]);
  #records = $state.raw<ReadonlyMap<string, ContainerRecord>>(new Map());
  #policies = $state.raw<ReadonlyMap<string, readonly PolicySeen[]>>(new Map());
  #gaps = $state.raw<readonly number[]>([]);
  kernel = $state.raw<KernelFacts | undefined>();
  #lookError = $state<string | undefined>();
  #eventError = $state<string | undefined>();
  loaded = $state(false);
  /** By the user; a container of the same name takes its place when it is gone. */
  #chosen = $state.raw<{ readonly id: string; readonly name: string } | undefined>();

  readonly error = $derived(this.#eventError ?? this.#lookError);
  readonly view = $derived(
    lifecycleView({
      from: this.#from,
      events: this.#events,
      records: [...this.#records.values()],
      policies: this.#policies,
      gaps: this.#gaps,
      kernel: this.kernel,
    }),
  );
  readonly chosen = $derived(this.#choice());
  readonly detail = $derived(this.chosen && containerDetail(this.chosen, this.kernel));

  #known = new Set<string>();
  #following = AbortSignal.abort();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #due = Number.POSITIVE_INFINITY;
  #earliest = 0;
  #looking = false;
  #lastEvent = 0;

  constructor(readonly client: Pick<LifecycleClient, "events" | "list" | "inspect" | "kernel">) {}

  /** Follows the engine's events, and reads the machine after them, until the returned function is called. */
  follow(): () => void {
    const following = new AbortController();
    this.#following = following.signal;
    void this.#listen(following.signal);
    this.#soon(0);
    return () => {
      following.abort();
      clearTimeout(this.#timer);
      this.#due = Number.POSITIVE_INFINITY;
    };
  }

  /** Somebody did something in a terminal. */
  nudge(): void {
    this.#soon(terminalAfter);
  }

  choose({ id, name }: Pick<ContainerView, "id" | "name">): void {
    this.#chosen = { id, name };
  }

  /** By its name; false when there is none. */
  chooseNamed(name: string): boolean {
    const found = this.view.containers.find(
      (each) => each.name === name || (name.length >= 12 && each.id.startsWith(name)),
    );
    if (found !== undefined) this.choose(found);
    return found !== undefined;
  }

  get #seen(): number {
    return this.#from + this.#events.length;
  }

  #choice(): ContainerView | undefined {
    const { containers, last } = this.view;
    const wanted = this.#chosen;
    if (wanted === undefined) return last?.container ?? containers[0];
    const own = containers.find(({ id }) => id === wanted.id);
    const successor = containers.find(({ name, state }) => name === wanted.name && state !== "gone");
    return own === undefined || own.state === "gone" ? (successor ?? own ?? last?.container) : own;
  }

  async #listen(signal: AbortSignal): Promise<void> {
    this.#eventError = undefined;
    try {
      let first = this.#known.size > 0;
      for await (const event of this.client.events(signal)) {
        if (signal.aborted) return;
        const key = keyOf(event);
        const isNew = !this.#known.has(key);
        // The engine keeps the latest; when none of those is known, some may have come and gone meanwhile.
        if (first && isNew) this.#gaps = [...this.#gaps, this.#seen];
        first = false;
        if (!isNew) continue;
        this.#known.add(key);
        this.#events = [...this.#events, event];
        this.#trim();
        this.#lastEvent = performance.now();
        this.#soon(nudgeAfter);
      }
    } catch (error) {
      if (!signal.aborted) this.#eventError = messageOf(error);
    }
  }

  #trim(): void {
    if (this.#events.length <= eventsKept) return;
    const dropped = this.#events.length - (eventsKept * 2) / 3;
    this.#events = this.#events.slice(dropped);
    this.#from += dropped;
    this.#known = new Set(this.#events.map(keyOf));
  }

  #soon(delay: number): void {
    if (this.#following.aborted) return;
    const now = performance.now();
    const at = Math.max(now + delay, this.#earliest);
    if (at >= this.#due) return;
    this.#due = at;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(this.#following), at - now);
  }

  async #look(signal: AbortSignal): Promise<void> {
    this.#due = Number.POSITIVE_INFINITY;
    if (this.#looking) return this.#soon(nudgeAfter);
    this.#looking = true;
    const began = performance.now();
    this.#earliest = began + mostOften;
    try {
      const seen = this.#seen;
      const [, kernel] = await Promise.all([this.#read(seen, signal), this.client.kernel(seen, signal)]);
      if (signal.aborted) return;
      this.kernel = kernel;
      this.loaded = true;
      this.#lookError = undefined;
      if (began - this.#lastEvent < settled) this.#soon(settled);
    } catch (error) {
      if (!signal.aborted) this.#lookError = messageOf(error);
    } finally {
      this.#looking = false;
    }
  }

  /**
   * Inspects those that are new, had an event, or say another state than they did; and those that were never started: no
   * event tells of a start that fails.
   */
  async #read(seen: number, signal: AbortSignal): Promise<void> {
    const there = await this.client.list(signal);
    const moved = new Map(this.#events.map(({ id }, index) => [id, this.#from + index]));
    const stale = [...there].filter(([id, state]) => {
      const record = this.#records.get(id);
      if (record === undefined || record.state !== state || state === "created") return true;
      return record.seen <= (moved.get(id) ?? -1);
    });
    const inspected = await Promise.all(
      stale.map(async ([id]) => {
        const found = await this.client.inspect(id, signal);
        return found === undefined ? [] : [{ ...found, seen }];
      }),
    );
    if (signal.aborted) return;
    const records = new Map(this.#records);
    const policies = new Map(this.#policies);
    for (const record of inspected.flat()) {
      records.set(record.id, record);
      policies.set(record.id, withPolicy(policies.get(record.id) ?? [], { ...record.policy, seen }));
    }
    for (const [id, record] of records) {
      if (there.has(id) || record.state === "gone") continue;
      // An event that told of its end would be newer than this.
      records.set(id, { ...record, state: "gone", seen });
    }
    this.#records = records;
    this.#policies = policies;
    this.#forget();
  }

  /** Those that are gone, and neither in the picture nor named by an event. */
  #forget(): void {
    const shown = new Set([...this.view.containers, ...this.#events].map(({ id }) => id));
    const gone = [...this.#records.values()].filter(({ id, state }) => state === "gone" && !shown.has(id));
    if (gone.length === 0) return;
    const kept = new Map(this.#records);
    const policies = new Map(this.#policies);
    for (const { id } of gone) {
      kept.delete(id);
      policies.delete(id);
    }
    this.#records = kept;
    this.#policies = policies;
  }
}

/** Of those that say the same one after the other, the first and the last tell all. */
function withPolicy(before: readonly PolicySeen[], next: PolicySeen): PolicySeen[] {
  const same = before.slice(-2).filter(({ name, maximum }) => name === next.name && maximum === next.maximum);
  return [...(same.length === 2 ? before.slice(0, -1) : before), next];
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function keyOf({ at, action, id, signal, exitCode }: LifecycleEvent): string {
  return [at, action, id, signal, exitCode].join(" ");
}
