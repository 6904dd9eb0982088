import type { CgroupReading } from "../cgroups/view.ts";
import type { ProcessReading } from "../namespaces/facts.ts";
import type { ContainerState, KernelFacts, KernelGroup, MemberProcess } from "./facts.ts";

const ofContainer = /^\/docker\/([0-9a-f]{64})(?:\/|$)/;

/** Joins two readings of the kernel by control group. */
export function kernelFacts(
  { processes, cut }: Pick<ProcessReading, "processes" | "cut">,
  { cgroups }: Pick<CgroupReading, "cgroups">,
  seen: number,
): KernelFacts {
  const members = new Map<string, MemberProcess[]>();
  for (const { pid, pids, name, command, state, cgroup } of processes) {
    const id = ofContainer.exec(cgroup)?.[1];
    // A zombie and a dead one have ended, and wait to be asked how.
    if (id === undefined || state === "Z" || state === "X") continue;
    const member = { pid, inner: pids.at(-1) ?? pid, command: command.join(" ") || name, state };
    members.set(id, [...(members.get(id) ?? []), member]);
  }
  const frozen = new Set(cgroups.flatMap((group) => (group.frozen ? (ofContainer.exec(group.path)?.[1] ?? []) : [])));
  const ids = new Set([...members.keys(), ...cgroups.flatMap(({ path }) => ofContainer.exec(path)?.[1] ?? [])]);
  const groups = [...ids].map((id): [string, KernelGroup] => [
    id,
    {
      frozen: frozen.has(id),
      processes: (members.get(id) ?? []).sort((a, b) => a.inner - b.inner || a.pid - b.pid),
    },
  ]);
  return { seen, cut, groups: new Map(groups) };
}

/** The state that the kernel's facts allow, given what the engine says. Where both may be right it is the engine's. */
export function kernelState(engine: ContainerState, id: string, kernel: KernelFacts): ContainerState {
  const group = kernel.groups.get(id);
  const lives = group !== undefined && group.processes.length > 0;
  if (lives) return group.frozen ? "paused" : "running";
  if (kernel.cut || (engine !== "running" && engine !== "paused")) return engine;
  return "exited";
}
