/** One reading of the machine. Ids of namespaces are inode numbers, as `readlink /proc/PID/ns/net` shows them. */

export const namespaceTypes = ["cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts"] as const;
export type NamespaceType = (typeof namespaceTypes)[number];

export interface Process {
  /** In the guest's root pid namespace. */
  readonly pid: number;
  readonly parent: number;
  /** Its numbers from the root pid namespace inwards: the last is what it sees itself. */
  readonly pids: readonly number[];
  readonly session: number;
  readonly threads: number;
  /** At most 15 characters, as the kernel keeps it. */
  readonly name: string;
  /** argv; empty for one that has ended. */
  readonly command: readonly string[];
  /** As `ps` shows it: R, S, D, T, Z, … */
  readonly state: string;
  readonly uid: number;
  readonly gid: number;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** Milliseconds of processor time. */
  readonly cpuTime: number;
  readonly virtualBytes: number;
  readonly residentBytes: number;
  /** Names of the effective and the bounding set. */
  readonly capabilities: readonly string[];
  readonly bounding: readonly string[];
  /** Path below /sys/fs/cgroup. */
  readonly cgroup: string;
  /** Undefined where it could not be read: the process was ending. */
  readonly namespaces: Readonly<Record<NamespaceType, number | undefined>>;
}

export interface Cgroup {
  /** `/docker/ID`, `/lab`, … */
  readonly path: string;
  /** Bytes; a maximum is undefined when there is none. */
  readonly memoryCurrent: number | undefined;
  readonly memoryMax: number | undefined;
  readonly oomKills: number;
  /** Microseconds. */
  readonly cpuUsage: number;
  readonly throttledPeriods: number;
  /** Processors it may use at most. */
  readonly cpuMax: number | undefined;
  readonly pidsCurrent: number | undefined;
  readonly pidsMax: number | undefined;
  readonly frozen: boolean;
}

export interface Link {
  readonly index: number;
  readonly name: string;
  /** `bridge`, `veth`, `loopback`, …; empty for a network card. */
  readonly kind: string;
  readonly up: boolean;
  readonly mac: string;
  readonly mtu: number;
  /** Index of the bridge it is a port of. */
  readonly master: number | undefined;
  /** The other end of a veth pair. */
  readonly peer: { readonly namespace: number; readonly index: number } | undefined;
  readonly addresses: readonly string[];
  readonly rxBytes: number;
  readonly rxPackets: number;
  readonly txBytes: number;
  readonly txPackets: number;
}

export interface Route {
  /** With prefix length; `default` for 0.0.0.0/0. */
  readonly destination: string;
  readonly gateway: string | undefined;
  readonly link: number;
}

export interface Network {
  readonly namespace: number;
  /** Of a process in it. */
  readonly pid: number | undefined;
  /** Its name under /run/docker/netns. */
  readonly name: string | undefined;
  readonly links: readonly Link[];
  readonly routes: readonly Route[];
}

export interface Mount {
  readonly id: number;
  readonly parent: number;
  readonly source: string;
  /** The directory of the file system that is mounted. */
  readonly root: string;
  readonly target: string;
  readonly type: string;
  readonly options: readonly string[];
  /** Of the file system: an overlay's lowerdir, upperdir and workdir are here. */
  readonly superOptions: readonly string[];
}

export interface MountNamespace {
  readonly namespace: number;
  readonly pid: number;
  readonly mounts: readonly Mount[];
}

export interface Reading {
  /** Milliseconds since the epoch, of the guest's clock. */
  readonly at: number;
  /** True when the reading was bounded and something is missing. */
  readonly cut: boolean;
  readonly processes: readonly Process[];
  readonly cgroups: readonly Cgroup[];
  readonly networks: readonly Network[];
  readonly mounts: readonly MountNamespace[];
}
