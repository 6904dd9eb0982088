import type { CreateBody, HostConfigBody, RestartPolicyBody, ResourcesBody } from "../../container-body.ts";
import { InvalidParameter } from "../../errors.ts";
import { parseSignal } from "../signals.ts";
import { validateLogConfig } from "./log-config.ts";

/** What is refused before the image is looked at, in Docker's order and words. */
export function validateCreate(body: CreateBody, cpus: number): void {
  const host = body.HostConfig ?? {};
  validateModes(body, host);
  if (body.WorkingDir && !body.WorkingDir.startsWith("/"))
    throw new InvalidParameter(
      `the working directory '${body.WorkingDir}' is invalid, it needs to be an absolute path`,
    );
  if (body.StopSignal) parseSignal(body.StopSignal);
  for (const entry of body.Env ?? [])
    if (entry.startsWith("=") || entry === "") throw new InvalidParameter(`invalid environment variable: ${entry}`);
  validateHealthcheck(body);
  if (host.AutoRemove === true && !["", "no"].includes(host.RestartPolicy?.Name ?? ""))
    throw new InvalidParameter("can't create 'AutoRemove' container with restart policy");
  for (const extra of host.ExtraHosts ?? []) validateExtraHost(extra);
  validateRestartPolicy(host.RestartPolicy ?? {});
  validatePorts(host.PortBindings);
  validateLogConfig(host.LogConfig?.Type || "json-file", host.LogConfig?.Config ?? {});
  validateResources(host, cpus);
  validatePlatform(host);
}

function validateModes(body: CreateBody, host: HostConfigBody): void {
  const network = host.NetworkMode ?? "";
  const uts = host.UTSMode ?? "";
  if (uts === "host" && body.Hostname) throw new InvalidParameter("conflicting options: hostname and the UTS mode");
  if (network === "host" && (host.Links?.length ?? 0) > 0)
    throw new InvalidParameter(
      "conflicting options: host type networking can't be used with links. This would result in undefined behavior",
    );
  if (!network.startsWith("container:")) {
    if (network === "container") throw new InvalidParameter("invalid container format container:<name|id>");
    return;
  }
  const conflicts: readonly (readonly [boolean, string])[] = [
    [
      (host.Links?.length ?? 0) > 0,
      "container type network can't be used with links. This would result in undefined behavior",
    ],
    [Boolean(body.Hostname), "hostname and the network mode"],
    [(host.Dns?.length ?? 0) > 0, "dns and the network mode"],
    [(host.ExtraHosts?.length ?? 0) > 0, "custom host-to-IP mapping and the network mode"],
    [Boolean(body.MacAddress), "mac-address and the network mode"],
    [
      Object.keys(host.PortBindings ?? {}).length > 0 || host.PublishAllPorts === true,
      "port publishing and the container type network mode",
    ],
    [Object.keys(body.ExposedPorts ?? {}).length > 0, "port exposing and the container type network mode"],
  ];
  const conflict = conflicts.find(([present]) => present);
  if (conflict !== undefined) throw new InvalidParameter(`conflicting options: ${conflict[1]}`);
}

function validateHealthcheck(body: CreateBody): void {
  const check = body.Healthcheck;
  if (!check) return;
  const millisecond = 1_000_000;
  for (const field of ["Interval", "Timeout"] as const) {
    const value = check[field] ?? 0;
    if (value !== 0 && value < millisecond)
      throw new InvalidParameter(`${field} in Healthcheck cannot be less than 1ms`);
  }
  if ((check.Retries ?? 0) < 0) throw new InvalidParameter("Retries in Healthcheck cannot be negative");
  for (const field of ["StartPeriod", "StartInterval"] as const) {
    const value = check[field] ?? 0;
    if (value !== 0 && value < millisecond)
      throw new InvalidParameter(`${field} in Healthcheck cannot be less than 1ms`);
  }
}

function validateExtraHost(extra: string): void {
  const mark = extra.search(/[:=]/);
  if (mark <= 0) throw new InvalidParameter(`bad format for add-host: "${extra}"`);
  const address = extra.slice(mark + 1);
  if (address !== "host-gateway" && !/^(\d{1,3}(\.\d{1,3}){3}|\[?[0-9a-fA-F:.]*:[0-9a-fA-F:.]*\]?)$/.test(address))
    throw new InvalidParameter(`invalid IP address in add-host: "${address}"`);
}

export function validateRestartPolicy(policy: RestartPolicyBody): void {
  const name = policy.Name ?? "";
  const retries = policy.MaximumRetryCount ?? 0;
  switch (name) {
    case "on-failure":
      if (retries < 0) throw new InvalidParameter("invalid restart policy: maximum retry count cannot be negative");
      return;
    case "":
    case "no":
    case "always":
    case "unless-stopped":
      if (retries !== 0)
        throw new InvalidParameter(
          `invalid restart policy: maximum retry count can only be used with 'on-failure'${retries < 0 ? " and cannot be negative" : ""}`,
        );
      return;
    default:
      throw new InvalidParameter(
        `invalid restart policy: unknown policy '${name}'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'`,
      );
  }
}

function validatePorts(bindings: HostConfigBody["PortBindings"]): void {
  for (const [port, hosts] of Object.entries(bindings ?? {})) {
    const match = /^(\d+)(\/(tcp|udp|sctp))?$/.exec(port);
    if (match === null || Number(match[1]) > 65535) throw new InvalidParameter(`invalid port specification: "${port}"`);
    for (const host of hosts ?? []) {
      const value = host.HostPort ?? "";
      if (value !== "" && !/^\d+(-\d+)?$/.test(value))
        throw new InvalidParameter(`invalid port specification: "${value}"`);
    }
  }
}

const minimumMemory = 6 << 20;

export function validateResources(resources: ResourcesBody, cpus: number): void {
  const memory = resources.Memory ?? 0;
  const swap = resources.MemorySwap ?? 0;
  const reservation = resources.MemoryReservation ?? 0;
  if (memory !== 0 && memory < minimumMemory) throw new InvalidParameter("Minimum memory limit allowed is 6MB");
  if (memory > 0 && swap > 0 && swap < memory)
    throw new InvalidParameter("Minimum memoryswap limit should be larger than memory limit, see usage");
  if (memory === 0 && swap > 0)
    throw new InvalidParameter("You should always set the Memory limit when using Memoryswap limit, see usage");
  const swappiness = resources.MemorySwappiness;
  if (typeof swappiness === "number" && (swappiness < -1 || swappiness > 100))
    throw new InvalidParameter(`Invalid value: ${String(swappiness)}, valid memory swappiness range is 0-100`);
  if (reservation > 0 && reservation < minimumMemory)
    throw new InvalidParameter("Minimum memory reservation allowed is 6MB");
  if (memory > 0 && reservation > 0 && memory < reservation)
    throw new InvalidParameter("Minimum memory limit can not be less than memory reservation limit, see usage");
  validateCpu(resources, cpus);
  const weight = resources.BlkioWeight ?? 0;
  if (weight > 0 && (weight < 10 || weight > 1000))
    throw new InvalidParameter("Range of blkio weight is from 10 to 1000");
}

function validateCpu(resources: ResourcesBody, cpus: number): void {
  const nano = resources.NanoCpus ?? 0;
  const period = resources.CpuPeriod ?? 0;
  const quota = resources.CpuQuota ?? 0;
  if (nano > 0 && period > 0)
    throw new InvalidParameter("Conflicting options: Nano CPUs and CPU Period cannot both be set");
  if (nano > 0 && quota > 0)
    throw new InvalidParameter("Conflicting options: Nano CPUs and CPU Quota cannot both be set");
  if (nano < 0 || nano > cpus * 1e9)
    throw new InvalidParameter(
      `Range of CPUs is from 0.01 to ${cpus.toFixed(2)}, as there are only ${String(cpus)} CPUs available`,
    );
  if (period !== 0 && (period < 1000 || period > 1_000_000))
    throw new InvalidParameter("CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)");
  if (quota > 0 && quota < 1000) throw new InvalidParameter("CPU cfs quota can not be less than 1ms (i.e. 1000)");
  validateCpuset(resources.CpusetCpus ?? "", cpus, "CPUs", "cpus");
  validateCpuset(resources.CpusetMems ?? "", 1, "memory nodes", "memory nodes");
}

function validateCpuset(set: string, count: number, what: string, whatInvalid: string): void {
  if (set === "") return;
  for (const range of set.split(",")) {
    const match = /^(\d+)(?:-(\d+))?$/.exec(range.trim());
    if (match === null) throw new InvalidParameter(`Invalid value ${set} for cpuset ${whatInvalid}`);
    if (Number(match[2] ?? match[1]) >= count) {
      const available = count === 1 ? "0" : `0-${String(count - 1)}`;
      throw new InvalidParameter(`Requested ${what} are not available - requested ${set}, available: ${available}`);
    }
  }
}

function validatePlatform(host: HostConfigBody): void {
  const score = host.OomScoreAdj ?? 0;
  if (score < -1000 || score > 1000)
    throw new InvalidParameter(`Invalid value ${String(score)}, range for oom score adj is [-1000, 1000]`);
  if ((host.ShmSize ?? 0) < 0) throw new InvalidParameter("SHM size can not be less than 0");
  const ipc = host.IpcMode ?? "";
  if (!["", "none", "private", "shareable", "host"].includes(ipc) && !/^container:.+/.test(ipc))
    throw new InvalidParameter(`invalid IPC mode: ${ipc}`);
  const pid = host.PidMode ?? "";
  if (!["", "host"].includes(pid) && !/^container:.+/.test(pid)) throw new InvalidParameter(`invalid PID mode: ${pid}`);
  if (!["", "host"].includes(host.UTSMode ?? "")) throw new InvalidParameter(`invalid UTS mode: ${host.UTSMode ?? ""}`);
  if (!["", "host"].includes(host.UsernsMode ?? ""))
    throw new InvalidParameter(`invalid user namespace mode: ${host.UsernsMode ?? ""}`);
  if (!["", "private", "host"].includes(host.CgroupnsMode ?? ""))
    throw new InvalidParameter(`invalid cgroup namespace mode: ${host.CgroupnsMode ?? ""}`);
  for (const option of host.SecurityOpt ?? []) validateSecurityOption(option);
  const runtime = host.Runtime ?? "";
  if (!["", "runc", "crun", "io.containerd.runc.v2"].includes(runtime))
    throw new InvalidParameter(`unknown or invalid runtime name: ${runtime}`);
}

function validateSecurityOption(option: string): void {
  if (option === "no-new-privileges" || option === "writable-cgroups") return;
  const match = /^([a-z-]+)[=:](.*)$/s.exec(option);
  const [, key = "", value = ""] = match ?? [];
  switch (key) {
    case "label":
    case "apparmor":
    case "seccomp":
    case "systempaths":
      return;
    case "no-new-privileges":
      if (!/^(true|false|1|0|t|f)$/i.test(value)) throw new InvalidParameter(`invalid --security-opt 2: "${option}"`);
      return;
    default:
      throw new InvalidParameter(
        match === null ? `invalid --security-opt 1: "${option}"` : `invalid --security-opt 2: "${option}"`,
      );
  }
}
