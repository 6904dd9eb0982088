import { InvalidParameter, System } from "../../errors.ts";
import type { NetworkRecord } from "../../records.ts";
import type { Filters } from "../../router/filters.ts";
import { isPredefined } from "./mode.ts";

export const networkFilterNames = ["dangling", "driver", "id", "label", "name", "scope", "type"] as const;

/** What `docker network ls --filter` asks for. Throws for values a filter does not know. */
export function networkFilter(
  filters: Filters,
  inUse: (network: NetworkRecord) => boolean,
): (network: NetworkRecord) => boolean {
  const types = filters.get("type");
  for (const type of types)
    if (type !== "builtin" && type !== "custom") throw new System(`invalid filter: 'type'='${type}'`);
  const [dangling, ...more] = filters.get("dangling");
  if (more.length > 0) throw new InvalidParameter('got more than one value for filter key "dangling"');
  if (dangling !== undefined && !["0", "1", "true", "false"].includes(dangling))
    throw new InvalidParameter(`invalid value for filter 'dangling', must be "true" (or "1"), or "false" (or "0")`);
  const wantDangling = dangling === "1" || dangling === "true";
  return (network) => {
    const builtin = isPredefined(network.name);
    return (
      filters.exact("driver", network.driver) &&
      filters.match("name", network.name) &&
      filters.match("id", network.id) &&
      filters.labels("label", network.labels) &&
      filters.exact("scope", network.scope) &&
      (types.length === 0 || types.includes(builtin ? "builtin" : "custom")) &&
      (dangling === undefined || wantDangling === (!builtin && !inUse(network)))
    );
  };
}
