import type { ConnectedAgent } from "../../agent/connect.ts";
import { observe } from "../../observe/observe.ts";
import { InsideError, json, type InsidePart } from "./inside.ts";

/** `GET /inside/cgroups/`: every control group of the guest with its limits and its use, as the kernel has them. */
export function cgroupsPart(agent: Pick<ConnectedAgent, "link">): InsidePart {
  return async ({ method, path }) => {
    if (method !== "GET" || path !== "/") throw new InsideError(404, `nothing is known of cgroups${path}`);
    const { at, cgroups } = await observe(agent, { cgroups: true });
    return json({ at, cgroups });
  };
}
