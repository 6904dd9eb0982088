import type {
  ContainerRecord,
  EndpointRecord,
  ExecRecord,
  ImageRecord,
  NetworkRecord,
  VolumeRecord,
} from "./records.ts";
import type { BuildCacheRecord } from "./builder/cache-record.ts";
import type { BuildRecord } from "../spec/build.ts";
import { IdStore } from "./id-store.ts";

/**
 * Everything the engine must remember, as plain data: what a save holds. Records are only ever changed in place by the
 * daemon, so `snapshot` copies them.
 */
export interface EngineState {
  readonly version: 1;
  readonly containers: readonly ContainerRecord[];
  readonly execs: readonly ExecRecord[];
  readonly images: readonly ImageRecord[];
  /** Canonical reference (`docker.io/library/busybox:latest`, or `…@sha256:…`) to image id. */
  readonly references: Readonly<Record<string, string>>;
  /** Diff ids of layers that no image has: those of a pull that is under way or was cut off. */
  readonly looseLayers: readonly string[];
  readonly networks: readonly NetworkRecord[];
  readonly endpoints: readonly EndpointRecord[];
  readonly volumes: readonly VolumeRecord[];
  /** Absent in states from before there was a builder. */
  readonly builder?: BuilderState;
}

/** What builds leave behind for the next ones, and what one under way has made in the guest. */
export interface BuilderState {
  readonly cache: readonly BuildCacheRecord[];
  readonly builds: readonly BuildRecord[];
  /** Snapshots that a build has mounted for itself. */
  readonly snapshots: readonly string[];
}

export const emptyState: EngineState = {
  version: 1,
  containers: [],
  execs: [],
  images: [],
  references: {},
  looseLayers: [],
  networks: [],
  endpoints: [],
  volumes: [],
};

/** The stores of the running engine: maps by id, by name, with lookup by a prefix of the id. */
export class Store {
  readonly containers = new IdStore<ContainerRecord>((record) => record.name);
  readonly execs = new IdStore<ExecRecord>(() => undefined);
  readonly images = new IdStore<ImageRecord>(() => undefined);
  readonly references = new Map<string, string>();
  readonly looseLayers = new Set<string>();
  readonly networks = new IdStore<NetworkRecord>((record) => record.name);
  readonly endpoints = new IdStore<EndpointRecord>(() => undefined);
  readonly volumes = new Map<string, VolumeRecord>();
  /** By cache key. */
  readonly buildCache = new Map<string, BuildCacheRecord>();
  /** Newest last. */
  readonly builds: BuildRecord[] = [];
  readonly buildSnapshots = new Set<string>();

  snapshot(): EngineState {
    return structuredClone({
      version: 1,
      containers: this.containers.all(),
      execs: this.execs.all(),
      images: this.images.all(),
      references: Object.fromEntries(this.references),
      looseLayers: [...this.looseLayers],
      networks: this.networks.all(),
      endpoints: this.endpoints.all(),
      volumes: [...this.volumes.values()],
      builder: {
        cache: [...this.buildCache.values()],
        builds: this.builds,
        snapshots: [...this.buildSnapshots],
      },
    });
  }

  /** Replaces everything. Throws when the state is of a version this engine does not read. */
  load(state: EngineState): void {
    if (state.version !== 1) throw new Error(`engine state of version ${String(state.version)} cannot be read`);
    const copy = structuredClone(state);
    this.containers.replace(copy.containers);
    this.execs.replace(copy.execs);
    this.images.replace(copy.images);
    this.networks.replace(copy.networks);
    this.endpoints.replace(copy.endpoints);
    this.looseLayers.clear();
    for (const diffId of copy.looseLayers) this.looseLayers.add(diffId);
    this.references.clear();
    for (const [reference, id] of Object.entries(copy.references)) this.references.set(reference, id);
    this.volumes.clear();
    for (const volume of copy.volumes) this.volumes.set(volume.name, volume);
    const builder = copy.builder ?? { cache: [], builds: [], snapshots: [] };
    this.buildCache.clear();
    for (const record of builder.cache) this.buildCache.set(record.key, record);
    this.builds.splice(0, this.builds.length, ...builder.builds);
    this.buildSnapshots.clear();
    for (const id of builder.snapshots) this.buildSnapshots.add(id);
  }
}
