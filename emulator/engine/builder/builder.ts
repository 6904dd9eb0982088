import type { SolveStatus } from "../../spec/build.ts";
import type { Daemon } from "../daemon/daemon.ts";
import { KeyedMutex } from "../mutex.ts";
import { BuildCache } from "./cache.ts";
import { BuildRecords } from "./records.ts";
import { pruned, type PruneOptions } from "./prune.ts";
import { Slots } from "./slots.ts";
import { Trees } from "./trees.ts";

/** Steps that run in the guest at a time: it has one processor and little memory. */
const concurrentRuns = 2;

/** What a build sends while it goes on. */
export interface BuildSink {
  status(status: SolveStatus): void;
  image(id: string): void;
  /** A result that waits to be fetched. */
  output(token: string): void;
}

/** What all builds of an engine share. */
export class Builder {
  readonly daemon: Daemon;
  readonly cache: BuildCache;
  readonly records: BuildRecords;
  readonly slots = new Slots(concurrentRuns);
  readonly keyLocks = new KeyedMutex();
  readonly mountLocks = new KeyedMutex();
  readonly mountsInUse = new Set<string>();
  readonly trees: Trees;
  /** Root file systems that a client has yet to fetch, by token. */
  readonly outputs = new Map<string, Uint8Array>();

  constructor(daemon: Daemon) {
    this.daemon = daemon;
    this.cache = new BuildCache(daemon);
    this.records = new BuildRecords(daemon);
    this.trees = new Trees(daemon.world.content);
  }

  /** `POST /build/prune`: what no build under way and, without `all`, no image needs. Ids of what went. */
  async prune(options: PruneOptions): Promise<{ readonly deleted: readonly string[]; readonly freed: number }> {
    const chosen = pruned(
      this.cache,
      [...this.daemon.store.buildCache.values()],
      options,
      this.daemon.world.clock.now(),
    );
    const idle = chosen.filter(({ key }) => !this.mountsInUse.has(key));
    const freed = await this.cache.remove(idle);
    return { deleted: idle.map(({ id }) => id), freed };
  }

  /** After a restore: builds of the time before have ended, and what they had mounted goes. */
  restore(): void {
    const { containers, store, world } = this.daemon;
    this.records.restore();
    for (const id of store.buildSnapshots)
      containers.inBackground(
        `removing the snapshot ${id} of an interrupted build`,
        world.snapshotter.remove(id).then(() => store.buildSnapshots.delete(id)),
      );
  }
}
