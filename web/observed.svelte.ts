import { untrack } from "svelte";
import type { Transport } from "../emulator/client/transport.ts";
import type { EngineObjects } from "./objects/objects.svelte.ts";
import type { Session } from "./session.svelte.ts";
import { terminalActivity } from "./terminal/activity.svelte.ts";

/** What a view knows of a machine. */
export interface Observation {
  /** Keeps it true until the result is called. */
  follow(): () => void;
  /** Something may have changed: the terminal or the engine's objects did. */
  nudge?(): void;
}

/** What `make` made of the machine that runs, as long as somebody looks. */
export class Observed<T extends Observation> {
  /** One for each start of the machine: what was read of the one before is not true of the next. */
  current = $state.raw<T>();
  /** The reader holds the picture: nothing is asked. */
  frozen = $state(false);
  #hidden = $state(document.hidden);

  /** Called while the component of the view is made; ends with it. */
  constructor(
    props: () => { readonly session: Session; readonly objects: EngineObjects; readonly shown: boolean },
    make: (transport: Transport) => T,
  ) {
    const session = $derived(props().session);
    const objects = $derived(props().objects);
    const shown = $derived(props().shown);
    $effect(() => {
      const change = () => (this.#hidden = document.hidden);
      document.addEventListener("visibilitychange", change);
      return () => document.removeEventListener("visibilitychange", change);
    });
    $effect(() => {
      if (session.generation > 0 && session.phase.kind === "ready") this.current = make(session.transport);
    });
    $effect(() => {
      const { current } = this;
      if (current === undefined || !shown || this.#hidden || this.frozen) return;
      return untrack(() => current.follow());
    });
    $effect(() => {
      void [terminalActivity.serial, objects.containers];
      untrack(() => this.current?.nudge?.());
    });
  }
}

/** Names of the engine for the containers that the kernel knows by id. */
export const containerLabels = ({ containers }: EngineObjects) =>
  containers.map(({ Id, Names }) => ({
    id: Id ?? "",
    name: Names?.[0]?.replace(/^\//, "") ?? (Id ?? "").slice(0, 12),
  }));
