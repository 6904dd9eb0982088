import type { HttpHandler } from "../http/message.ts";
import { Builder } from "./builder/builder.ts";
import type { BuildRecords } from "./builder/records.ts";
import { Containers } from "./daemon/container/containers.ts";
import type { Daemon } from "./daemon/daemon.ts";
import { createImages } from "./daemon/images.ts";
import { createNetworks } from "./daemon/networks.ts";
import { createVolumes } from "./daemon/volumes.ts";
import { EventBus } from "./events.ts";
import { serve } from "./router/route.ts";
import { routes } from "./router/routes.ts";
import { emptyState, Store, type EngineState } from "./state.ts";
import type { World } from "./world.ts";

export interface Engine {
  readonly handle: HttpHandler;
  readonly events: EventBus;
  /** The last builds, for pictures and margins. */
  readonly builds: Pick<BuildRecords, "all" | "subscribe">;
  /** Makes what a fresh engine has (the default networks). Call this or `restore` before the first request. */
  start(): Promise<void>;
  /** Settles when nothing is being cleared away in the background: before a save. */
  settled(): Promise<void>;
  /** What a save holds: plain data. Take it only while no request is under way, or expect its effects half done. */
  state(): EngineState;
  /** Replaces the state and takes up what runs: waits, timers, name service. */
  restore(state: EngineState): Promise<void>;
  /** Ends every stream, timer and wait of the engine. Containers are left as they are. */
  close(): Promise<void>;
}

/** A Docker Engine over the given world. Nothing is touched before `start` or `restore`. */
export function createEngine(world: World): Engine {
  const closing = new AbortController();
  const store = new Store();
  const events = new EventBus(world.clock);
  // The parts see each other through the daemon, which is complete before any of them is called.
  const daemon = { world, store, events, closed: closing.signal } as { -readonly [K in keyof Daemon]: Daemon[K] };
  daemon.containers = new Containers(daemon);
  daemon.images = createImages(daemon);
  daemon.networks = createNetworks(daemon);
  daemon.volumes = createVolumes(daemon);
  daemon.builder = new Builder(daemon);
  const restore = async (state: EngineState): Promise<void> => {
    store.load(state);
    await Promise.all([daemon.images.restore(), daemon.networks.restore(), daemon.volumes.restore()]);
    await daemon.containers.restore();
    daemon.builder.restore();
  };
  return {
    handle: serve(daemon, routes),
    events,
    builds: daemon.builder.records,
    async start() {
      await restore(emptyState);
      await daemon.networks.ready();
    },
    settled: () => daemon.containers.settled(),
    state: () => store.snapshot(),
    restore,
    async close() {
      closing.abort();
      await daemon.containers.close();
    },
  };
}
