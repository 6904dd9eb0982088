import type { HostConfig } from "../../../spec/engine-api.generated.ts";
import type { LinuxResources } from "../../../spec/oci-runtime.ts";
import type { HostFacts } from "../../world.ts";

const cpuPeriod = 100_000;

type Rule = NonNullable<LinuxResources["devices"]>[number];

const allow = (type: string, major: number | undefined, minor: number | undefined, access = "rwm"): Rule => ({
  allow: true,
  type,
  ...(major === undefined ? {} : { major }),
  ...(minor === undefined ? {} : { minor }),
  access,
});

/** Docker's device rules: any node may be made, only these may be opened. */
const defaultDevices: readonly Rule[] = [
  { allow: false, access: "rwm" },
  allow("c", undefined, undefined, "m"),
  allow("b", undefined, undefined, "m"),
  allow("c", 1, 5),
  allow("c", 1, 3),
  allow("c", 1, 9),
  allow("c", 1, 8),
  allow("c", 5, 0),
  allow("c", 5, 1),
  allow("c", 5, 2),
  allow("c", 136, undefined),
  allow("c", 1, 7),
];

/** `c 1:3 rwm`, as `--device-cgroup-rule` has it. */
export function parseDeviceRule(rule: string): Rule | undefined {
  const match = /^([acb]) (\d+|\*):(\d+|\*) ([rwm]{1,3})$/.exec(rule);
  if (match === null) return undefined;
  const [, type = "", major = "", minor = "", access = ""] = match;
  const number = (text: string): number | undefined => (text === "*" ? undefined : Number(text));
  return allow(type, number(major), number(minor), access);
}

export interface ContainerDevice {
  readonly path: string;
  readonly type: "c" | "b";
  readonly major: number;
  readonly minor: number;
  readonly access: string;
  readonly fileMode: number;
  readonly uid: number;
  readonly gid: number;
}

export function deviceRules(host: HostConfig, devices: readonly ContainerDevice[]): readonly Rule[] {
  if (host.Privileged === true) return [{ allow: true, access: "rwm" }];
  return [
    ...defaultDevices,
    ...devices.map((device) => allow(device.type, device.major, device.minor, device.access)),
    ...(host.DeviceCgroupRules ?? []).flatMap((rule) => parseDeviceRule(rule) ?? []),
  ];
}

/** Limits of HostConfig as OCI resources; what the guest's kernel has no file for is left out. */
export function linuxResources(host: HostConfig, facts: HostFacts): LinuxResources {
  const memory = {
    ...(host.Memory ? { limit: host.Memory } : {}),
    ...(host.MemoryReservation ? { reservation: host.MemoryReservation } : {}),
    ...(facts.swapLimit && host.MemorySwap ? { swap: host.MemorySwap } : {}),
  };
  const quota = host.NanoCpus ? Math.round((host.NanoCpus * cpuPeriod) / 1e9) : host.CpuQuota;
  const period = host.NanoCpus ? cpuPeriod : host.CpuPeriod;
  const cpu = {
    ...(host.CpuShares ? { shares: host.CpuShares } : {}),
    ...(quota ? { quota } : {}),
    ...(period ? { period } : {}),
    ...(facts.cpuset && host.CpusetCpus ? { cpus: host.CpusetCpus } : {}),
  };
  return {
    ...(Object.keys(memory).length > 0 ? { memory } : {}),
    ...(Object.keys(cpu).length > 0 ? { cpu } : {}),
    ...(host.PidsLimit ? { pids: { limit: host.PidsLimit } } : {}),
    ...(facts.ioWeight && host.BlkioWeight ? { blockIO: { weight: host.BlkioWeight } } : {}),
  };
}
