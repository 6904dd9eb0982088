import type { HostConfig } from "../../../spec/engine-api.generated.ts";
import type { UpdateBody } from "../../container-body.ts";
import { Conflict, InvalidParameter } from "../../errors.ts";
import type { ContainerRecord } from "../../records.ts";
import type { Daemon } from "../daemon.ts";
import { linuxResources } from "../spec/resources.ts";
import { validateResources, validateRestartPolicy } from "./validate.ts";

const numbers = [
  "CpuShares",
  "Memory",
  "NanoCpus",
  "BlkioWeight",
  "CpuPeriod",
  "CpuQuota",
  "CpuRealtimePeriod",
  "CpuRealtimeRuntime",
  "MemoryReservation",
  "MemorySwap",
] as const;
const texts = ["CpusetCpus", "CpusetMems"] as const;

/** What does not need the container to be looked up first. */
export function validateUpdate(daemon: Daemon, body: UpdateBody): void {
  validateRestartPolicy(body.RestartPolicy ?? {});
  validateResources(body, daemon.world.host.cpuQuota ?? daemon.world.host.cpus);
}

/** `POST /containers/{name}/update`: what is given replaces what was; what is zero stays. */
export async function updateContainer(daemon: Daemon, container: ContainerRecord, body: UpdateBody): Promise<void> {
  await daemon.containers.locked(container, async () => {
    const { state } = container;
    if (state.removing || state.dead)
      throw new Conflict(
        `Cannot update container ${container.id}: Container is marked for removal and cannot be "update".`,
      );
    const next = merged(container, body);
    if (state.running && !state.restarting)
      await daemon.world.runtime.update(container.id, linuxResources(next, daemon.world.host));
    Object.assign(container.hostConfig, next);
    daemon.containers.publish(container, "update");
  });
}

function merged({ id, hostConfig }: ContainerRecord, body: UpdateBody): HostConfig {
  const fail = (reason: string): never => {
    throw new InvalidParameter(`Cannot update container ${id}: ${reason}`);
  };
  const next: HostConfig = { ...hostConfig };
  if (body.NanoCpus) {
    if (hostConfig.CpuPeriod || hostConfig.CpuQuota)
      fail("Conflicting options: Nano CPUs cannot be updated as CPU Period or Quota has already been set");
  }
  if ((body.CpuPeriod || body.CpuQuota) && hostConfig.NanoCpus)
    fail("Conflicting options: CPU Period or Quota cannot be updated as NanoCPUs has already been set");
  const memory = body.Memory ?? 0;
  const swap = hostConfig.MemorySwap ?? 0;
  if (memory > 0 && !body.MemorySwap && swap > 0 && memory > swap)
    fail("Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time");
  for (const name of numbers) if (body[name]) next[name] = body[name];
  for (const name of texts) if (body[name]) next[name] = body[name];
  if (typeof body.PidsLimit === "number" && body.PidsLimit !== 0) next.PidsLimit = body.PidsLimit;
  if (body.RestartPolicy?.Name) {
    if (hostConfig.AutoRemove === true && body.RestartPolicy.Name !== "no")
      fail("Restart policy cannot be updated because AutoRemove is enabled for the container");
    next.RestartPolicy = {
      Name: body.RestartPolicy.Name as NonNullable<NonNullable<HostConfig["RestartPolicy"]>["Name"]>,
      MaximumRetryCount: body.RestartPolicy.MaximumRetryCount ?? 0,
    };
  }
  return next;
}
