import type { Filters } from "../../../client/engine.ts";
import type { BuildCache } from "../../../spec/engine-api.generated.ts";
import { parseDuration } from "../../flag/duration.ts";

/** Nanoseconds of a millisecond. */
const MILLISECOND = 1e6;

/** Records that every filter of `docker buildx du` lets pass. Throws with buildx's words. */
export function matching(rows: readonly BuildCache[], filters: Filters, now: number): BuildCache[] {
  const tests = Object.entries(filters).map(([name, values]) => {
    const [value = ""] = values;
    if (values.length > 1) throw new Error(`${JSON.stringify(name)} filter expects only one value`);
    return name === "until" || name === "unused-for" ? unusedFor(name, value, now) : test(name, value);
  });
  return rows.filter((row) => tests.every((passes) => passes(row)));
}

function unusedFor(name: string, value: string, now: number): (row: BuildCache) => boolean {
  const span = parseDuration(value);
  if (typeof span === "string")
    throw new Error(`${JSON.stringify(name)} filter expects a duration (e.g., '24h'): ${span}`);
  return ({ LastUsedAt, CreatedAt }) => Date.parse(LastUsedAt ?? CreatedAt ?? "") <= now - span / MILLISECOND;
}

function test(name: string, value: string): (row: BuildCache) => boolean {
  switch (name) {
    case "id":
      return ({ ID = "" }) => ID.includes(value);
    case "parents":
      return ({ Parents }) => (Parents ?? []).join(";") === value;
    case "description":
      return ({ Description = "" }) => Description === value;
    case "description~":
      return ({ Description = "" }) => Description.includes(value);
    case "type":
      return ({ Type }) => Type === value;
    case "inuse":
      return ({ InUse }) => InUse === true;
    case "shared":
      return ({ Shared }) => Shared === true;
    case "private":
      return ({ Shared }) => Shared !== true;
    default:
      throw new Error(`failed to parse prune filters: unknown filter ${JSON.stringify(name)}`);
  }
}
