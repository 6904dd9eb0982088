import type { EventMessage } from "../spec/engine-api.generated.ts";
import type { Clock } from "./world.ts";

/** One event as it goes over the wire, with the fields of API 1.24 that `docker events` still prints. */
export interface EngineEvent {
  readonly status?: string;
  readonly id?: string;
  readonly from?: string;
  readonly Type: NonNullable<EventMessage["Type"]>;
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
  readonly scope: "local";
  /** Seconds. */
  readonly time: number;
  readonly timeNano: number;
}

export type EventListener = (event: EngineEvent) => void;

/** As many past events as Docker keeps. */
const kept = 256;

/** Events since the engine's start, the last of them kept for `since`. */
export class EventBus {
  readonly #clock: Clock;
  readonly #past: EngineEvent[] = [];
  readonly #listeners = new Set<EventListener>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  publish(
    type: EngineEvent["Type"],
    action: string,
    id: string,
    attributes: Readonly<Record<string, string>> = {},
  ): void {
    const now = this.#clock.now();
    // Attributes sorted by name, as Go writes a map.
    const sorted = Object.fromEntries(Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
    const legacy =
      type === "container"
        ? { status: action, id, ...(attributes["image"] === undefined ? {} : { from: attributes["image"] }) }
        : type === "image"
          ? { status: action, id }
          : {};
    const event: EngineEvent = {
      ...legacy,
      Type: type,
      Action: action,
      Actor: { ID: id, Attributes: sorted },
      scope: "local",
      time: Math.floor(now / 1000),
      timeNano: Math.round(now * 1e6),
    };
    this.#past.push(event);
    if (this.#past.length > kept) this.#past.shift();
    for (const listener of [...this.#listeners]) listener(event);
  }

  /** Events kept with `since <= timeNano`, and `timeNano <= until` where given, oldest first. */
  past(sinceNano: number, untilNano: number | undefined): EngineEvent[] {
    return this.#past.filter(
      (event) => event.timeNano >= sinceNano && (untilNano === undefined || event.timeNano <= untilNano),
    );
  }

  /** How many listen. */
  get listeners(): number {
    return this.#listeners.size;
  }

  /** Returns the end of the subscription. */
  subscribe(listener: EventListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }
}
