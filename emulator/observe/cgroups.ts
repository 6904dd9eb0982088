import type { Cgroup } from "./reading.ts";
import type { RawReading } from "./observe.ts";

function single(text: string | undefined): number | undefined {
  const trimmed = text?.trim() ?? "";
  return /^\d+$/.test(trimmed) ? Number(trimmed) : undefined;
}

/** The number behind a key in a file of `key number` lines; 0 when it is not there. */
function keyed(text: string | undefined, key: string): number {
  const line = (text ?? "").split("\n").find((each) => each.startsWith(`${key} `));
  return Number(line?.slice(key.length + 1) ?? 0);
}

/** cpu.max: `quota period`, or `max period`. */
function processors(text: string | undefined): number | undefined {
  const [quota = "", period = ""] = (text ?? "").trim().split(" ");
  return /^\d+$/.test(quota) && Number(period) > 0 ? Number(quota) / Number(period) : undefined;
}

export function readCgroups({ cgroups }: RawReading): Cgroup[] {
  return cgroups.map(({ path, files }): Cgroup => {
    const text = new Map(files.map(({ name, value }) => [name, value]));
    return {
      path,
      memoryCurrent: single(text.get("memory.current")),
      memoryMax: single(text.get("memory.max")),
      oomKills: keyed(text.get("memory.events"), "oom_kill"),
      cpuUsage: keyed(text.get("cpu.stat"), "usage_usec"),
      throttledPeriods: keyed(text.get("cpu.stat"), "nr_throttled"),
      cpuMax: processors(text.get("cpu.max")),
      pidsCurrent: single(text.get("pids.current")),
      pidsMax: single(text.get("pids.max")),
      frozen: keyed(text.get("cgroup.events"), "frozen") === 1,
    };
  });
}
