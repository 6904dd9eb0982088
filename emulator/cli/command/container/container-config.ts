import type { CreateBody } from "../../../client/container.ts";
import type { ContainerConfig, HostConfig } from "../../../spec/engine-api.generated.ts";
import type { FlagValues } from "../../flag/flag.ts";
import type { Invocation } from "../../invocation.ts";
import { isMac } from "../../opts/address.ts";
import { keyValues, readEnvironment, readLabels } from "../../opts/environment.ts";
import { endpoints } from "../../opts/network.ts";
import { openError } from "../../opts/open-error.ts";
import { capabilities } from "../../opts/capability.ts";
import { parseRestartPolicy, parseSecurity } from "../../opts/policy.ts";
import { parseExposed, parsePublished } from "../../opts/port.ts";
import { parseDevice } from "../../opts/resource.ts";
import { parseVolumes } from "../../opts/volume.ts";
import type { containerFlags } from "./container-flags.ts";
import { healthcheck } from "./healthcheck.ts";

type Values = FlagValues<typeof containerFlags>;

export interface ContainerOptions {
  readonly flags: Values;
  readonly changed: ReadonlySet<string>;
  readonly image: string;
  readonly command: readonly string[];
  readonly invocation: Invocation;
}

/** The flags as a body of `POST /containers/create`. Throws with Docker's words, in Docker's order of checking. */
export async function containerConfig(options: ContainerOptions): Promise<CreateBody> {
  const { flags, changed, invocation } = options;
  if (flags["mac-address"] !== "" && !isMac(flags["mac-address"].trim()))
    throw new Error(`${flags["mac-address"]} is not a valid mac address`);
  const swappiness = flags["memory-swappiness"];
  if (swappiness !== -1 && (swappiness < 0 || swappiness > 100))
    throw new Error(`invalid value: ${swappiness}. Valid memory swappiness range is 0-100`);
  const volumes = parseVolumes(flags.volume, invocation.cwd);
  const { exposed, bindings } = parsePublished(flags.publish);
  parseExposed(flags.expose, exposed);
  const devices = flags.device.map(parseDevice);
  const environment = await readEnvironment(invocation, flags["env-file"], flags.env);
  const labels = await readLabels(invocation, flags["label-file"], flags.label);
  checkNamespaceModes(flags);
  const restartPolicy = parseRestartPolicy(flags.restart);
  if (flags["log-driver"] === "none" && flags["log-opt"].length > 0)
    throw new Error("invalid logging opts for driver none");
  const readProfile = async (path: string): Promise<string> => {
    const bytes = await invocation.files.read(path).catch((error: unknown) => {
      throw openError(error, path);
    });
    return new TextDecoder().decode(bytes);
  };
  const security = await parseSecurity(flags["security-opt"], readProfile);
  if (!flags["storage-opt"].every((option) => option.includes("="))) throw new Error("invalid storage option");
  const health = healthcheck(flags);
  if (flags.rm && restartPolicy.Name !== "no" && restartPolicy.Name !== "")
    throw new Error("conflicting options: cannot specify both --restart and --rm");
  const endpointSettings = endpoints(flags.network, {
    aliases: flags["network-alias"],
    links: flags.link,
    ipv4: flags.ip,
    ipv6: flags.ip6,
    linkLocalIps: flags["link-local-ip"],
    macAddress: flags["mac-address"].trim(),
  });
  const anyAttach = flags.attach.length > 0;
  const attached = (stream: string): boolean => flags.attach.includes(stream);
  const attachStdin = attached("stdin") || flags.interactive;
  const config: ContainerConfig = {
    Hostname: flags.hostname,
    Domainname: flags.domainname,
    User: flags.user,
    AttachStdin: attachStdin,
    AttachStdout: anyAttach ? attached("stdout") : true,
    AttachStderr: anyAttach ? attached("stderr") : true,
    ...(Object.keys(exposed).length === 0 ? {} : { ExposedPorts: exposed }),
    Tty: flags.tty,
    OpenStdin: flags.interactive,
    StdinOnce: flags.interactive && attachStdin,
    Env: environment,
    Cmd: options.command,
    ...(health === undefined ? {} : { Healthcheck: health }),
    Image: options.image,
    Volumes: volumes.anonymous,
    WorkingDir: flags.workdir,
    ...entrypoint(flags.entrypoint, changed.has("entrypoint")),
    Labels: labels,
    ...(flags["stop-signal"] === "" ? {} : { StopSignal: flags["stop-signal"] }),
    ...(changed.has("stop-timeout") ? { StopTimeout: flags["stop-timeout"] } : {}),
  };
  const hostConfig: HostConfig = {
    ...resources(flags),
    ...(volumes.binds.length === 0 ? {} : { Binds: volumes.binds }),
    ContainerIDFile: flags.cidfile,
    LogConfig: { Type: flags["log-driver"] as "json-file", Config: keyValues(flags["log-opt"]) },
    NetworkMode: flags.network[0]?.target ?? "default",
    PortBindings: bindings,
    RestartPolicy: restartPolicy,
    AutoRemove: flags.rm,
    VolumeDriver: flags["volume-driver"],
    ...(flags["volumes-from"].length === 0 ? {} : { VolumesFrom: flags["volumes-from"] }),
    ...(flags.mount.length === 0 ? {} : { Mounts: flags.mount }),
    ...filled("Annotations", flags.annotation),
    ...capabilities(flags["cap-add"], flags["cap-drop"]),
    CgroupnsMode: flags.cgroupns as "private",
    Dns: flags.dns,
    DnsOptions: flags["dns-option"],
    DnsSearch: flags["dns-search"],
    ExtraHosts: flags["add-host"],
    GroupAdd: flags["group-add"],
    IpcMode: flags.ipc,
    Links: flags.link,
    OomScoreAdj: flags["oom-score-adj"],
    PidMode: flags.pid,
    Privileged: flags.privileged,
    PublishAllPorts: flags["publish-all"],
    ReadonlyRootfs: flags["read-only"],
    SecurityOpt: security.options,
    ...filled("StorageOpt", keyValues(flags["storage-opt"])),
    ...(flags.tmpfs.length === 0 ? {} : { Tmpfs: tmpfs(flags.tmpfs) }),
    UTSMode: flags.uts,
    UsernsMode: flags.userns,
    ShmSize: flags["shm-size"],
    ...filled("Sysctls", flags.sysctl),
    Runtime: flags.runtime,
    Isolation: flags.isolation as "default",
    ...security.paths,
    ...(changed.has("init") ? { Init: flags.init } : {}),
    Devices: devices,
  };
  return { ...config, HostConfig: hostConfig, NetworkingConfig: { EndpointsConfig: endpointSettings } };
}

function checkNamespaceModes(flags: Values): void {
  const { pid, uts, userns, cgroupns } = flags;
  const joins = (mode: string): boolean => mode === "" || mode === "host";
  if (!joins(pid) && !/^container:.+/.test(pid)) throw new Error("--pid: invalid PID mode");
  if (!joins(uts)) throw new Error("--uts: invalid UTS mode");
  if (!joins(userns)) throw new Error("--userns: invalid USER mode");
  if (!joins(cgroupns) && cgroupns !== "private") throw new Error("--cgroupns: invalid CGROUP mode");
}

/** An empty `--entrypoint` takes the image's away. */
function entrypoint(value: string, given: boolean): { Entrypoint?: string[] } {
  return given ? { Entrypoint: [value] } : {};
}

/** A map that says nothing is left out. */
function filled(name: string, map: Readonly<Record<string, string>>): HostConfig {
  return Object.keys(map).length === 0 ? {} : { [name]: map };
}

function tmpfs(specs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    specs.map((spec) => {
      const at = spec.indexOf(":");
      return at === -1 ? [spec, ""] : [spec.slice(0, at), spec.slice(at + 1)];
    }),
  );
}

function resources(flags: Values): HostConfig {
  return {
    CpuShares: flags["cpu-shares"],
    Memory: flags.memory,
    NanoCpus: flags.cpus,
    CgroupParent: flags["cgroup-parent"],
    BlkioWeight: flags["blkio-weight"],
    BlkioWeightDevice: flags["blkio-weight-device"],
    BlkioDeviceReadBps: flags["device-read-bps"],
    BlkioDeviceWriteBps: flags["device-write-bps"],
    BlkioDeviceReadIOps: flags["device-read-iops"],
    BlkioDeviceWriteIOps: flags["device-write-iops"],
    CpuPeriod: flags["cpu-period"],
    CpuQuota: flags["cpu-quota"],
    CpuRealtimePeriod: flags["cpu-rt-period"],
    CpuRealtimeRuntime: flags["cpu-rt-runtime"],
    CpusetCpus: flags["cpuset-cpus"],
    CpusetMems: flags["cpuset-mems"],
    DeviceCgroupRules: flags["device-cgroup-rule"],
    DeviceRequests: flags.gpus,
    MemoryReservation: flags["memory-reservation"],
    MemorySwap: flags["memory-swap"],
    MemorySwappiness: flags["memory-swappiness"],
    OomKillDisable: flags["oom-kill-disable"],
    PidsLimit: flags["pids-limit"],
    Ulimits: flags.ulimit,
  } as HostConfig;
}
