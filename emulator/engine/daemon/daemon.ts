import type { Builder } from "../builder/builder.ts";
import type { EventBus } from "../events.ts";
import type { Store } from "../state.ts";
import type { World } from "../world.ts";
import type { Containers } from "./container/containers.ts";
import type { ImageController } from "./images.ts";
import type { VolumeStore } from "./volumes.ts";
import type { NetworkController } from "./networks.ts";

/** The engine's parts, as each of them and every handler sees the others. Built once in `engine.ts`. */
export interface Daemon {
  readonly world: World;
  readonly store: Store;
  readonly events: EventBus;
  readonly containers: Containers;
  readonly images: ImageController;
  readonly networks: NetworkController;
  readonly volumes: VolumeStore;
  readonly builder: Builder;
  /** Aborts when the engine closes. */
  readonly closed: AbortSignal;
}
