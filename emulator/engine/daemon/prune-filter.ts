import { InvalidParameter } from "../errors.ts";
import type { Filters } from "../router/filters.ts";
import { parseTimestamp } from "../timestamp.ts";

export interface Prunable {
  /** Milliseconds since the epoch; undefined is never older than anything. */
  readonly created: number | undefined;
  readonly labels: Readonly<Record<string, string>> | null | undefined;
}

/** What `label`, `label!` and `until` of a prune request leave over. Throws InvalidParameter. */
export function pruneFilter(filters: Filters, now: number): (object: Prunable) => boolean {
  const [until, ...more] = filters.get("until");
  if (more.length > 0) throw new InvalidParameter("more than one until filter specified");
  const before = until === undefined ? undefined : parseTimestamp(until, now);
  return ({ created, labels }) => {
    if (before !== undefined && (created === undefined || created > before)) return false;
    if (!filters.labels("label", labels)) return false;
    return !(filters.has("label!") && filters.labels("label!", labels));
  };
}
