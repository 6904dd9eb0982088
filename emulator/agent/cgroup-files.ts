import type { CgroupStats } from "../engine/runtime.ts";
import type { LinuxResources } from "../spec/oci-runtime.ts";

export interface CgroupFile {
  readonly name: string;
  readonly value: string;
}

/** Bytes or a count as cgroup v2 wants it: what is not a positive number is no limit. */
function limit(value: number): string {
  return value > 0 ? String(value) : "max";
}

/** cgroup v2's weight (1 to 10000) of cgroup v1's shares (2 to 262144), as every OCI runtime converts it. */
function weight(shares: number): number {
  const within = Math.min(Math.max(shares, 2), 262_144);
  return 1 + Math.floor(((within - 2) * 9999) / 262_142);
}

/** What `docker update` changes, as files of the container's cgroup, in the order they are written. */
export function resourceFiles({ memory, cpu, pids, unified }: LinuxResources): CgroupFile[] {
  const files: CgroupFile[] = [];
  const put = (name: string, value: string) => files.push({ name, value });
  if (memory?.limit !== undefined) put("memory.max", limit(memory.limit));
  if (memory?.reservation !== undefined) put("memory.low", limit(memory.reservation));
  if (memory?.swap !== undefined)
    put("memory.swap.max", memory.swap > 0 ? String(Math.max(0, memory.swap - (memory.limit ?? 0))) : "max");
  if (cpu?.shares !== undefined && cpu.shares > 0) put("cpu.weight", String(weight(cpu.shares)));
  if (cpu?.quota !== undefined || cpu?.period !== undefined)
    put("cpu.max", `${limit(cpu.quota ?? 0)} ${cpu.period === undefined || cpu.period === 0 ? 100_000 : cpu.period}`);
  if (cpu?.cpus !== undefined) put("cpuset.cpus", cpu.cpus);
  if (pids !== undefined) put("pids.max", limit(pids.limit));
  for (const [name, value] of Object.entries(unified ?? {})) put(name, value);
  return files;
}

/** A file of `name number` lines. */
export function flatKeyed(text: string): Record<string, number> {
  const rows = text.split("\n").flatMap((line) => {
    const [name = "", value = ""] = line.split(" ");
    return /^\d+$/.test(value) ? [[name, Number(value)] as const] : [];
  });
  return Object.fromEntries(rows);
}

/** A file of one number; `max` and a file that is not there are undefined. */
export function single(text: string | undefined): number | undefined {
  const trimmed = text?.trim() ?? "";
  return /^\d+$/.test(trimmed) ? Number(trimmed) : undefined;
}

/** Files of a cgroup, and the text of /proc/PID/net/dev. */
export function cgroupStats(files: readonly CgroupFile[], networks: string): CgroupStats {
  const text = new Map(files.map(({ name, value }) => [name, value]));
  return {
    memoryCurrent: single(text.get("memory.current")) ?? 0,
    memoryMax: single(text.get("memory.max")),
    memoryStat: flatKeyed(text.get("memory.stat") ?? ""),
    cpuStat: flatKeyed(text.get("cpu.stat") ?? ""),
    pidsCurrent: single(text.get("pids.current")) ?? 0,
    pidsMax: single(text.get("pids.max")),
    oomKills: flatKeyed(text.get("memory.events") ?? "")["oom_kill"] ?? 0,
    networks: networkCounters(networks),
  };
}

function networkCounters(text: string): CgroupStats["networks"] {
  const rows = text.split("\n").flatMap((line) => {
    const match = /^\s*([^\s:]+):\s*(.*)$/.exec(line);
    const [, name = "", counters = ""] = match ?? [];
    if (match === null || name === "lo") return [];
    const numbers = counters.split(/\s+/).map(Number);
    const [rxBytes = 0, rxPackets = 0] = numbers;
    return [[name, { rxBytes, rxPackets, txBytes: numbers[8] ?? 0, txPackets: numbers[9] ?? 0 }] as const];
  });
  return Object.fromEntries(rows);
}
