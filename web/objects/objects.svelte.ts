import * as container from "../../emulator/client/container.ts";
import * as image from "../../emulator/client/image.ts";
import * as network from "../../emulator/client/network.ts";
import * as system from "../../emulator/client/system.ts";
import * as volume from "../../emulator/client/volume.ts";
import type { Transport } from "../../emulator/client/transport.ts";
import type { ContainerSummary, ImageSummary, Network, Volume } from "../../emulator/spec/engine-api.generated.ts";

type Noun = "container" | "image" | "network" | "volume";

/** Which lists an event can have changed. A container's life changes what uses volumes and networks. */
const touched: Readonly<Record<string, readonly Noun[]>> = {
  container: ["container", "image"],
  image: ["image"],
  network: ["network", "container"],
  volume: ["volume"],
};

/** Events come in bursts: a list is read again once per burst. */
const settle = 40;

/** What is on the machine, kept up to date by the engine's event stream; nothing is polled. */
export class EngineObjects {
  containers = $state.raw<readonly ContainerSummary[]>([]);
  images = $state.raw<readonly ImageSummary[]>([]);
  networks = $state.raw<readonly Network[]>([]);
  volumes = $state.raw<readonly Volume[]>([]);
  loaded = $state(false);
  /** Names of objects that changed a moment ago, for a pulse. */
  error = $state<string | undefined>();

  #abort: AbortController | undefined;
  readonly #stale = new Set<Noun>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** A container's place in the sequence of hues, kept for its life. */
  readonly #hues = new Map<string, number>();

  /** Follows the engine behind `transport` until `stop`. */
  follow(transport: Transport): void {
    this.stop();
    const abort = new AbortController();
    this.#abort = abort;
    void this.#follow(transport, abort.signal);
  }

  stop(): void {
    this.#abort?.abort();
    clearTimeout(this.#timer);
    this.#stale.clear();
  }

  /** 1 to 8: the same hue wherever the container is drawn. */
  hue(id: string): number {
    return (this.#hues.get(id) ?? 0) + 1;
  }

  async #follow(transport: Transport, signal: AbortSignal): Promise<void> {
    try {
      const events = await system.events({ transport, signal });
      await this.#refresh(transport, signal, ["container", "image", "network", "volume"]);
      this.loaded = true;
      for await (const event of events) {
        for (const noun of touched[String(event["Type"])] ?? []) this.#stale.add(noun);
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => {
          const stale = [...this.#stale];
          this.#stale.clear();
          this.#refresh(transport, signal, stale).catch((error: unknown) => this.#fail(error, signal));
        }, settle);
      }
    } catch (error) {
      this.#fail(error, signal);
    }
  }

  #fail(error: unknown, signal: AbortSignal): void {
    if (!signal.aborted) this.error = error instanceof Error ? error.message : String(error);
  }

  async #refresh(transport: Transport, signal: AbortSignal, nouns: readonly Noun[]): Promise<void> {
    const engine = { transport, signal };
    await Promise.all(
      nouns.map(async (noun) => {
        switch (noun) {
          case "container":
            this.containers = await container.list(engine, { all: true });
            this.#assignHues();
            return;
          case "image":
            this.images = await image.list(engine, {});
            return;
          case "network":
            this.networks = await network.list(engine, {});
            return;
          case "volume":
            this.volumes = (await volume.list(engine, {})).volumes;
            return;
          default:
            noun satisfies never;
        }
      }),
    );
    this.error = undefined;
  }

  #assignHues(): void {
    const ids = new Set(this.containers.map((c) => c.Id ?? ""));
    for (const id of this.#hues.keys()) if (!ids.has(id)) this.#hues.delete(id);
    // Oldest first, so that a container that was there keeps what it had.
    for (const id of [...ids].reverse()) {
      if (this.#hues.has(id)) continue;
      const taken = [...this.#hues.values()];
      const free = [0, 1, 2, 3, 4, 5, 6, 7].find((hue) => !taken.includes(hue));
      this.#hues.set(id, free ?? this.#hues.size % 8);
    }
  }
}
