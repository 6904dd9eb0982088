import type {
  ContainerConfig,
  EndpointSettings,
  HealthcheckResult,
  HostConfig,
  IPAM,
  PortMap,
  ProcessConfig,
} from "../spec/engine-api.generated.ts";
import type { ImageConfig } from "../spec/oci-image.ts";
import type { BridgeConfig } from "./runtime.ts";

/** Plain data, versioned together as EngineState. Times are milliseconds since the epoch; `undefined` is "never". */

export interface ContainerRecord {
  readonly id: string;
  /** Without the leading slash. */
  name: string;
  readonly created: number;
  /** `sha256:…`, the digest of the image's configuration. */
  readonly imageId: string;
  /** Diff ids, base first. */
  readonly layers: readonly string[];
  readonly path: string;
  readonly args: readonly string[];
  /** As `docker inspect` shows it: the request over the image's configuration. */
  readonly config: ContainerConfig;
  /** Every field filled, as `docker inspect` shows it. */
  readonly hostConfig: HostConfig;
  readonly mounts: readonly MountRecord[];
  readonly network: ContainerNetworkRecord;
  readonly state: ContainerStateRecord;
  readonly restart: RestartRecord;
  health: HealthRecord | undefined;
  /** Of a build's step: gone with the build, and after a restore. A hidden one is in no list and publishes nothing. */
  readonly build?: { readonly hidden: boolean };
}

export interface ContainerStateRecord {
  running: boolean;
  paused: boolean;
  restarting: boolean;
  oomKilled: boolean;
  removing: boolean;
  dead: boolean;
  /** 0 when it does not run. */
  pid: number;
  exitCode: number;
  error: string;
  startedAt: number | undefined;
  finishedAt: number | undefined;
}

export interface RestartRecord {
  /** What `inspect` calls RestartCount. */
  count: number;
  /** Failures in a row, for `on-failure:n`. */
  failures: number;
  /** Set by `stop` and `kill`: the policy does not bring it back. */
  manuallyStopped: boolean;
  /** Deadline of the next automatic start. */
  nextAt: number | undefined;
  /** Milliseconds waited before the last automatic start. */
  backoff: number;
}

export interface HealthRecord {
  status: "starting" | "healthy" | "unhealthy";
  failingStreak: number;
  log: HealthcheckResult[];
  /** Deadline of the next probe. */
  nextAt: number | undefined;
}

export interface MountRecord {
  readonly type: "bind" | "volume" | "tmpfs";
  /** Of a volume. */
  readonly name: string | undefined;
  readonly source: string;
  readonly destination: string;
  readonly driver: string | undefined;
  /** What stood behind the second colon of `-v`. */
  readonly mode: string;
  readonly readWrite: boolean;
  readonly propagation: string;
  /** A volume made for this container alone, without a name of the user's; `rm -v` and `--rm` take it along. */
  readonly anonymous: boolean;
  /** A volume that is empty gets the image's files at the first start. */
  readonly copyUp: boolean;
  /** tmpfs: mount options. */
  readonly options: string | undefined;
  /** Below the volume's root. */
  readonly subpath: string | undefined;
  readonly nonRecursive: boolean;
  /** A bind source that is missing is made, as `-v` does and `--mount` does not. */
  readonly createSource: boolean;
}

/** Filled by the networks: settings at create, addresses while the container runs. */
export interface ContainerNetworkRecord {
  sandboxId: string;
  /** Path of the network namespace in the guest: `/var/run/docker/netns/<12 hex digits>`. */
  sandboxKey: string;
  /** By network name. */
  endpoints: Record<string, EndpointSettingsRecord>;
  ports: PortMap;
}

/** EndpointSettings as `inspect` shows them, and the MAC address that was asked for. */
export type EndpointSettingsRecord = EndpointSettings & { readonly desiredMacAddress?: string };

export interface ExecRecord {
  readonly id: string;
  readonly containerId: string;
  readonly process: ProcessConfig;
  readonly env: readonly string[];
  readonly workingDir: string;
  readonly attachStdin: boolean;
  readonly attachStdout: boolean;
  readonly attachStderr: boolean;
  readonly detachKeys: string;
  readonly consoleSize: readonly [number, number] | undefined;
  running: boolean;
  started: boolean;
  exitCode: number | undefined;
  pid: number;
}

export interface ImageRecord {
  /** `sha256:…`, the digest of the image's configuration. */
  readonly id: string;
  readonly config: ImageConfig;
  /** The configuration blob, byte for byte, is in the content store under `id`. */
  readonly manifestDigest: string | undefined;
  /** OCI ChainIDs of its layers, base first: what `rmi` calls a layer. */
  readonly chainIds: readonly string[];
  parentId: string | undefined;
  /** A step of the classic builder made it: its cache may find it. */
  builtClassic?: boolean;
  lastTagTime: number | undefined;
}

export interface NetworkRecord {
  readonly id: string;
  readonly name: string;
  readonly created: number;
  readonly driver: string;
  readonly scope: string;
  readonly internal: boolean;
  readonly attachable: boolean;
  readonly enableIPv6: boolean;
  /** As it was asked for. */
  readonly ipam: IPAM;
  readonly options: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** Where addresses come from; none on `host` and `none`. */
  readonly pool: PoolRecord | undefined;
  readonly bridge: BridgeConfig | undefined;
  /** The bridge is there in the guest. */
  plumbed: boolean;
}

/** Addresses are text: `172.17.0.0/16`, `172.17.0.1`. */
export interface PoolRecord {
  readonly subnet: string;
  readonly range: string;
  readonly gateway: string;
  readonly auxiliary: Readonly<Record<string, string>>;
}

/** A container's place on a network, from the moment its address is taken until it is given back. */
export interface EndpointRecord {
  /** 64 hex digits. */
  readonly id: string;
  readonly networkId: string;
  readonly containerId: string;
  readonly sandboxId: string;
  /** The container's name. */
  name: string;
  /** `eth0`; undefined on `host` and `none`. */
  readonly interfaceName: string | undefined;
  /** Undefined on `host` and `none`. */
  readonly address: string | undefined;
  readonly prefixLength: number;
  readonly macAddress: string;
  /** The default route leads here. */
  gateway: string | undefined;
  dnsNames: readonly string[];
  /** Names that this container alone sees, of `--link`: alias to name. */
  readonly links: Readonly<Record<string, string>>;
  /** Host ports taken, in the order they were. */
  readonly ports: readonly PublishedPortRecord[];
}

export interface PublishedPortRecord {
  readonly protocol: "tcp" | "udp";
  /** `0.0.0.0`, `::`, or as asked for. */
  readonly hostIp: string;
  readonly hostPort: number;
  readonly containerPort: number;
  /** The rule is there in the guest. */
  published: boolean;
}

export interface VolumeRecord {
  readonly name: string;
  readonly created: number;
  readonly driver: string;
  readonly mountpoint: string;
  readonly options: Readonly<Record<string, string>> | null;
  readonly labels: Readonly<Record<string, string>> | null;
  /** Made without a name of the user's. */
  readonly anonymous: boolean;
  /** Ids of the containers that run with it, where its options say what to mount. */
  readonly mountedBy: string[];
}
