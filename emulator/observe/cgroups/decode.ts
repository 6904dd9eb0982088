import * as v from "valibot";
import type { CgroupReading } from "./view.ts";

const count = v.optional(v.number());
const reading = v.object({
  at: v.number(),
  cgroups: v.array(
    v.object({
      path: v.string(),
      memoryCurrent: count,
      memoryMax: count,
      oomKills: v.number(),
      cpuUsage: v.number(),
      throttledPeriods: v.number(),
      cpuMax: count,
      pidsCurrent: count,
      pidsMax: count,
      frozen: v.boolean(),
    }),
  ),
});

/** Throws ValiError for what is no reading. */
export function decodeCgroups(value: unknown): CgroupReading {
  const { at, cgroups } = v.parse(reading, value);
  return {
    at,
    cgroups: cgroups.map((cgroup) => ({
      ...cgroup,
      memoryCurrent: cgroup.memoryCurrent,
      memoryMax: cgroup.memoryMax,
      cpuMax: cgroup.cpuMax,
      pidsCurrent: cgroup.pidsCurrent,
      pidsMax: cgroup.pidsMax,
    })),
  };
}
