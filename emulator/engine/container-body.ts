import * as v from "valibot";

/** Bodies of the container requests, read as Go reads JSON: fields may be missing or null, unknown ones are dropped. */

const text = v.nullish(v.string());
const flag = v.nullish(v.boolean());
const number = v.nullish(v.number());
const texts = v.nullish(v.array(v.string()));
const map = v.nullish(v.record(v.string(), v.string()));
const set = v.nullish(v.record(v.string(), v.unknown()));
/** Go's strslice: one string stands for a list of one. */
const words = v.nullish(
  v.union([
    v.pipe(
      v.string(),
      v.transform((word) => [word]),
    ),
    v.array(v.string()),
  ]),
);

const healthcheck = v.object({
  Test: texts,
  Interval: number,
  Timeout: number,
  StartPeriod: number,
  StartInterval: number,
  Retries: number,
});

const configFields = {
  Hostname: text,
  Domainname: text,
  User: text,
  AttachStdin: flag,
  AttachStdout: flag,
  AttachStderr: flag,
  ExposedPorts: set,
  Tty: flag,
  OpenStdin: flag,
  StdinOnce: flag,
  Env: texts,
  Cmd: words,
  Healthcheck: v.nullish(healthcheck),
  ArgsEscaped: flag,
  Image: text,
  Volumes: set,
  WorkingDir: text,
  Entrypoint: words,
  NetworkDisabled: flag,
  MacAddress: text,
  OnBuild: texts,
  Labels: map,
  StopSignal: text,
  StopTimeout: number,
  Shell: words,
};

const ulimit = v.object({ Name: v.string(), Soft: v.number(), Hard: v.number() });
const throttle = v.object({ Path: v.string(), Rate: v.number() });
const restartPolicy = v.object({ Name: text, MaximumRetryCount: number });

const resourceFields = {
  CpuShares: number,
  Memory: number,
  NanoCpus: number,
  CgroupParent: text,
  BlkioWeight: number,
  BlkioWeightDevice: v.nullish(v.array(v.object({ Path: v.string(), Weight: v.number() }))),
  BlkioDeviceReadBps: v.nullish(v.array(throttle)),
  BlkioDeviceWriteBps: v.nullish(v.array(throttle)),
  BlkioDeviceReadIOps: v.nullish(v.array(throttle)),
  BlkioDeviceWriteIOps: v.nullish(v.array(throttle)),
  CpuPeriod: number,
  CpuQuota: number,
  CpuRealtimePeriod: number,
  CpuRealtimeRuntime: number,
  CpusetCpus: text,
  CpusetMems: text,
  Devices: v.nullish(v.array(v.object({ PathOnHost: v.string(), PathInContainer: text, CgroupPermissions: text }))),
  DeviceCgroupRules: texts,
  DeviceRequests: v.nullish(
    v.array(
      v.object({
        Driver: text,
        Count: number,
        DeviceIDs: texts,
        Capabilities: v.nullish(v.array(v.array(v.string()))),
        Options: map,
      }),
    ),
  ),
  MemoryReservation: number,
  MemorySwap: number,
  MemorySwappiness: number,
  OomKillDisable: flag,
  PidsLimit: number,
  Ulimits: v.nullish(v.array(ulimit)),
};

const mount = v.object({
  Target: text,
  Source: text,
  Type: text,
  ReadOnly: flag,
  Consistency: text,
  BindOptions: v.nullish(
    v.object({
      Propagation: text,
      NonRecursive: flag,
      CreateMountpoint: flag,
      ReadOnlyNonRecursive: flag,
      ReadOnlyForceRecursive: flag,
    }),
  ),
  VolumeOptions: v.nullish(
    v.object({
      NoCopy: flag,
      Labels: map,
      DriverConfig: v.nullish(v.object({ Name: text, Options: map })),
      Subpath: text,
    }),
  ),
  TmpfsOptions: v.nullish(v.object({ SizeBytes: number, Mode: number })),
});

const hostConfig = v.object({
  ...resourceFields,
  Binds: texts,
  ContainerIDFile: text,
  LogConfig: v.nullish(v.object({ Type: text, Config: map })),
  NetworkMode: text,
  PortBindings: v.nullish(v.record(v.string(), v.nullish(v.array(v.object({ HostIp: text, HostPort: text }))))),
  RestartPolicy: v.nullish(restartPolicy),
  AutoRemove: flag,
  VolumeDriver: text,
  VolumesFrom: texts,
  Mounts: v.nullish(v.array(mount)),
  ConsoleSize: v.nullish(v.array(v.number())),
  Annotations: map,
  CapAdd: words,
  CapDrop: words,
  CgroupnsMode: text,
  Dns: texts,
  DnsOptions: texts,
  DnsSearch: texts,
  ExtraHosts: texts,
  GroupAdd: texts,
  IpcMode: text,
  Cgroup: text,
  Links: texts,
  OomScoreAdj: number,
  PidMode: text,
  Privileged: flag,
  PublishAllPorts: flag,
  ReadonlyRootfs: flag,
  SecurityOpt: texts,
  StorageOpt: map,
  Tmpfs: map,
  UTSMode: text,
  UsernsMode: text,
  ShmSize: number,
  Sysctls: map,
  Runtime: text,
  Isolation: text,
  MaskedPaths: texts,
  ReadonlyPaths: texts,
  Init: flag,
});

export const endpointSettingsBody = v.object({
  IPAMConfig: v.nullish(v.object({ IPv4Address: text, IPv6Address: text, LinkLocalIPs: texts })),
  Links: texts,
  Aliases: texts,
  MacAddress: text,
  DriverOpts: map,
});

export const configBody = v.object(configFields);
export const createBody = v.object({
  ...configFields,
  HostConfig: v.nullish(hostConfig),
  NetworkingConfig: v.nullish(
    v.object({ EndpointsConfig: v.nullish(v.record(v.string(), v.nullish(endpointSettingsBody))) }),
  ),
});
export const updateBody = v.object({ ...resourceFields, RestartPolicy: v.nullish(restartPolicy) });
export const execCreateBody = v.object({
  User: text,
  Privileged: flag,
  Tty: flag,
  ConsoleSize: v.nullish(v.array(v.number())),
  AttachStdin: flag,
  AttachStderr: flag,
  AttachStdout: flag,
  Detach: flag,
  DetachKeys: text,
  Env: texts,
  WorkingDir: text,
  Cmd: words,
});
export const execStartBody = v.object({ Detach: flag, Tty: flag, ConsoleSize: v.nullish(v.array(v.number())) });

export type ConfigBody = v.InferOutput<typeof configBody>;
export type HostConfigBody = v.InferOutput<typeof hostConfig>;
export type MountBody = v.InferOutput<typeof mount>;
export type HealthcheckBody = v.InferOutput<typeof healthcheck>;
export type ResourcesBody = Pick<HostConfigBody, keyof typeof resourceFields>;
export type RestartPolicyBody = v.InferOutput<typeof restartPolicy>;
export type CreateBody = v.InferOutput<typeof createBody>;
export type UpdateBody = v.InferOutput<typeof updateBody>;
export type ExecCreateBody = v.InferOutput<typeof execCreateBody>;
