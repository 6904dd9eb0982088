import type { HostConfig, PortMap } from "../../../spec/engine-api.generated.ts";
import type { HostConfigBody, ResourcesBody } from "../../container-body.ts";
import { normalizeCapabilities } from "../spec/capabilities.ts";
import { maskedPaths, readonlyPaths } from "../spec/paths.ts";
import { sortedMap } from "./config.ts";

const defaultShmSize = 64 << 20;

/**
 * The request with every default filled in; fields and order are those of `docker inspect`. Lists that were not given
 * stay null, as Go leaves them.
 */
export function fillHostConfig(body: HostConfigBody): HostConfig {
  const filled = {
    Binds: body.Binds ?? null,
    ContainerIDFile: body.ContainerIDFile ?? "",
    LogConfig: { Type: body.LogConfig?.Type || "json-file", Config: sortedMap(body.LogConfig?.Config) },
    NetworkMode: networkMode(body.NetworkMode),
    PortBindings: portBindings(body.PortBindings),
    RestartPolicy: {
      Name: body.RestartPolicy?.Name || "no",
      MaximumRetryCount: body.RestartPolicy?.MaximumRetryCount ?? 0,
    },
    AutoRemove: body.AutoRemove ?? false,
    VolumeDriver: body.VolumeDriver ?? "",
    VolumesFrom: body.VolumesFrom ?? null,
    ConsoleSize: [body.ConsoleSize?.[0] ?? 0, body.ConsoleSize?.[1] ?? 0],
    ...(body.Annotations && Object.keys(body.Annotations).length > 0
      ? { Annotations: sortedMap(body.Annotations) }
      : {}),
    CapAdd: body.CapAdd ? normalizeCapabilities(body.CapAdd, "CapAdd") : null,
    CapDrop: body.CapDrop ? normalizeCapabilities(body.CapDrop, "CapDrop") : null,
    CgroupnsMode: body.CgroupnsMode || "private",
    Dns: body.Dns ?? [],
    DnsOptions: body.DnsOptions ?? [],
    DnsSearch: body.DnsSearch ?? [],
    ExtraHosts: body.ExtraHosts ?? null,
    GroupAdd: body.GroupAdd ?? null,
    IpcMode: body.IpcMode || "private",
    Cgroup: body.Cgroup ?? "",
    Links: body.Links && body.Links.length > 0 ? body.Links : null,
    OomScoreAdj: body.OomScoreAdj ?? 0,
    PidMode: body.PidMode ?? "",
    Privileged: body.Privileged ?? false,
    PublishAllPorts: body.PublishAllPorts ?? false,
    ReadonlyRootfs: body.ReadonlyRootfs ?? false,
    SecurityOpt: securityOptions(body),
    ...(body.StorageOpt && Object.keys(body.StorageOpt).length > 0 ? { StorageOpt: sortedMap(body.StorageOpt) } : {}),
    ...(body.Tmpfs && Object.keys(body.Tmpfs).length > 0 ? { Tmpfs: sortedMap(body.Tmpfs) } : {}),
    UTSMode: body.UTSMode ?? "",
    UsernsMode: body.UsernsMode ?? "",
    ShmSize: body.ShmSize || defaultShmSize,
    ...(body.Sysctls && Object.keys(body.Sysctls).length > 0 ? { Sysctls: sortedMap(body.Sysctls) } : {}),
    Runtime: body.Runtime || "runc",
    Isolation: body.Isolation ?? "",
    ...fillResources(body),
    ...(body.Mounts && body.Mounts.length > 0 ? { Mounts: body.Mounts } : {}),
    MaskedPaths: body.MaskedPaths ?? (body.Privileged === true ? null : maskedPaths),
    ReadonlyPaths: body.ReadonlyPaths ?? (body.Privileged === true ? null : readonlyPaths),
    ...(typeof body.Init === "boolean" ? { Init: body.Init } : {}),
  };
  // The generated types know no null where Go writes one for a list that is not there.
  return filled as unknown as HostConfig;
}

function fillResources(body: ResourcesBody): Record<string, unknown> {
  const memory = body.Memory ?? 0;
  const swap = body.MemorySwap ?? 0;
  return {
    CpuShares: body.CpuShares ?? 0,
    Memory: memory,
    NanoCpus: body.NanoCpus ?? 0,
    CgroupParent: body.CgroupParent ?? "",
    BlkioWeight: body.BlkioWeight ?? 0,
    BlkioWeightDevice: body.BlkioWeightDevice ?? [],
    BlkioDeviceReadBps: body.BlkioDeviceReadBps ?? [],
    BlkioDeviceWriteBps: body.BlkioDeviceWriteBps ?? [],
    BlkioDeviceReadIOps: body.BlkioDeviceReadIOps ?? [],
    BlkioDeviceWriteIOps: body.BlkioDeviceWriteIOps ?? [],
    CpuPeriod: body.CpuPeriod ?? 0,
    CpuQuota: body.CpuQuota ?? 0,
    CpuRealtimePeriod: body.CpuRealtimePeriod ?? 0,
    CpuRealtimeRuntime: body.CpuRealtimeRuntime ?? 0,
    CpusetCpus: body.CpusetCpus ?? "",
    CpusetMems: body.CpusetMems ?? "",
    Devices: body.Devices ?? [],
    DeviceCgroupRules: body.DeviceCgroupRules ?? null,
    DeviceRequests: body.DeviceRequests ?? null,
    MemoryReservation: body.MemoryReservation ?? 0,
    // As much swap as memory, when only the memory is limited.
    MemorySwap: memory > 0 && swap === 0 ? memory * 2 : swap,
    MemorySwappiness:
      typeof body.MemorySwappiness === "number" && body.MemorySwappiness >= 0 ? body.MemorySwappiness : null,
    OomKillDisable: null,
    PidsLimit: typeof body.PidsLimit === "number" && body.PidsLimit !== 0 ? body.PidsLimit : null,
    Ulimits: (body.Ulimits ?? []).map(({ Name, Hard, Soft }) => ({ Hard, Name, Soft })),
    CpuCount: 0,
    CpuPercent: 0,
    IOMaximumIOps: 0,
    IOMaximumBandwidth: 0,
  };
}

function networkMode(mode: string | null | undefined): string {
  return !mode || mode === "default" ? "bridge" : mode;
}

function portBindings(bindings: HostConfigBody["PortBindings"]): PortMap {
  return Object.fromEntries(
    Object.entries(sortedMap(bindings)).map(([port, hosts]) => [
      port.includes("/") ? port : `${port}/tcp`,
      (hosts && hosts.length > 0 ? hosts : [{}]).map(
        (host: { HostIp?: string | null | undefined; HostPort?: string | null | undefined }) => ({
          HostIp: host.HostIp ?? "",
          HostPort: host.HostPort ?? "",
        }),
      ),
    ]),
  );
}

function securityOptions(body: HostConfigBody): readonly string[] | null {
  if (body.Privileged === true) return [...(body.SecurityOpt ?? []), "label=disable"];
  return body.SecurityOpt && body.SecurityOpt.length > 0 ? body.SecurityOpt : null;
}
