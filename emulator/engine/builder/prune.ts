import type { Filters } from "../router/filters.ts";
import { parseTimestamp } from "../timestamp.ts";
import type { BuildCache } from "./cache.ts";
import type { BuildCacheRecord } from "./cache-record.ts";

export interface PruneOptions {
  /** What images still stand on as well: they keep their layers, only builds forget. */
  readonly all: boolean;
  /** Bytes of the newest that stay. */
  readonly keepStorage: number;
  readonly filters: Filters;
}

/** The records that go: without `all` those that no image shares. */
export function pruned(
  cache: BuildCache,
  records: readonly BuildCacheRecord[],
  { all, keepStorage, filters }: PruneOptions,
  now: number,
): BuildCacheRecord[] {
  const [until] = filters.get("until");
  const limit = until === undefined ? undefined : parseTimestamp(until, now);
  let kept = 0;
  return records
    .filter((record) => record.kind !== "source.image" || all)
    .filter((record) => all || !cache.isShared(record))
    .filter((record) => limit === undefined || record.lastUsedAt <= limit)
    .filter(({ id }) => filters.exact("id", id))
    .filter(({ kind }) => filters.exact("type", kind))
    .filter(({ description }) => filters.match("description", description))
    .sort((a, b) => b.lastUsedAt - a.lastUsedAt)
    .filter(({ size }) => (kept += size) > keepStorage || keepStorage === 0);
}
