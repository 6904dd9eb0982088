import type { Daemon } from "../daemon/daemon.ts";
import { rfc3339 } from "../time.ts";
import type { BuildCacheRecord } from "./cache-record.ts";
import { identity } from "./identity.ts";

/** Layers that no image has any more and that are kept for builds take at most so many bytes. */
const keepBytes = 64 << 20;

export type NewRecord = Pick<
  BuildCacheRecord,
  "key" | "kind" | "description" | "diffId" | "size" | "parent" | "files" | "place"
>;

/** BuildCache of the Engine API. */
export interface BuildCacheItem {
  readonly ID: string;
  readonly Parents: readonly string[];
  readonly Type: BuildCacheRecord["kind"];
  readonly Description: string;
  readonly InUse: boolean;
  readonly Shared: boolean;
  readonly Size: number;
  readonly CreatedAt: string;
  readonly LastUsedAt: string;
  readonly UsageCount: number;
}

/** What was built before, by key. A record whose layer has gone is none. */
export class BuildCache {
  readonly #daemon: Daemon;

  constructor(daemon: Daemon) {
    this.#daemon = daemon;
  }

  /** Counts as a use. */
  find(key: string): BuildCacheRecord | undefined {
    const { store, world } = this.#daemon;
    const record = store.buildCache.get(key);
    if (record === undefined) return undefined;
    if (record.diffId !== undefined && !world.content.hasLayer(record.diffId)) {
      store.buildCache.delete(key);
      return undefined;
    }
    record.lastUsedAt = world.clock.now();
    record.usageCount++;
    return record;
  }

  add(record: NewRecord): BuildCacheRecord {
    const { store, world } = this.#daemon;
    const now = world.clock.now();
    const added = { ...record, id: identity(world.random), createdAt: now, lastUsedAt: now, usageCount: 1 };
    store.buildCache.delete(record.key);
    store.buildCache.set(record.key, added);
    return added;
  }

  /** The same step as it was built last, with whatever it read then. */
  before(place: string): BuildCacheRecord | undefined {
    let latest: BuildCacheRecord | undefined;
    for (const record of this.#daemon.store.buildCache.values())
      if (record.place === place && (latest === undefined || record.lastUsedAt >= latest.lastUsedAt)) latest = record;
    return latest;
  }

  /** Whether an image or a container has the record's layer. */
  isShared({ diffId }: BuildCacheRecord): boolean {
    if (diffId === undefined) return false;
    const { store } = this.#daemon;
    return (
      store.images.all().some(({ config }) => config.rootfs.diff_ids.includes(diffId)) ||
      store.containers.all().some(({ layers }) => layers.includes(diffId))
    );
  }

  /** As `GET /system/df` shows it: what a person would call cache. */
  list(): BuildCacheItem[] {
    const { store } = this.#daemon;
    const shown = [...store.buildCache.values()].filter(({ kind }) => kind !== "source.image");
    const idOf = (key: string | undefined): string[] => {
      const id = key === undefined ? undefined : store.buildCache.get(key);
      return id === undefined || id.kind === "source.image" ? [] : [id.id];
    };
    return shown.map((record) => ({
      ID: record.id,
      Parents: idOf(record.parent),
      Type: record.kind,
      Description: record.description,
      InUse: false,
      Shared: this.isShared(record),
      Size: record.size,
      CreatedAt: rfc3339(record.createdAt),
      LastUsedAt: rfc3339(record.lastUsedAt),
      UsageCount: record.usageCount,
    }));
  }

  /** Bytes that no image has. */
  size(): number {
    return this.list().reduce((sum, { Size, Shared }) => sum + (Shared ? 0 : Size), 0);
  }

  /** Forgets records, and drops their layers and directories when nobody else has them. Bytes that came free. */
  async remove(records: readonly BuildCacheRecord[]): Promise<number> {
    const { store, images, world } = this.#daemon;
    let freed = 0;
    for (const record of records) {
      if (!store.buildCache.delete(record.key)) continue;
      if (!this.isShared(record)) freed += record.size;
      if (record.kind === "exec.cachemount")
        await world.files.remove("/", cacheDirectory(record.key), { recursive: true });
    }
    const layers = records.flatMap(({ diffId }) => (diffId === undefined ? [] : [diffId]));
    await images.layers.drop(layers);
    return freed;
  }

  /** Keeps what only the cache has below a limit; the oldest goes first. */
  async trim(limit = keepBytes): Promise<void> {
    const own = [...this.#daemon.store.buildCache.values()]
      .filter((record) => record.kind === "regular" && !this.isShared(record))
      .sort((a, b) => b.lastUsedAt - a.lastUsedAt);
    let total = 0;
    await this.remove(own.filter(({ size }) => (total += size) > limit));
  }
}

/** Where a cache mount lives in the guest. */
export function cacheDirectory(key: string): string {
  return `/var/lib/docker/buildkit/cache/${key.replace(/^.*:/, "").slice(0, 40)}`;
}
