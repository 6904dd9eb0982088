/**
 * What the engine needs from the world below it. Declared here, implemented by `agent/` (Runtime, NetworkDriver, Files)
 * and `snapshotter/` (Snapshotter); tests use small in-memory implementations. Everything is addressed by id, never by
 * object, so that after a restore the engine can go on with what the guest kept.
 */
import type { Spec, LinuxResources } from "../spec/oci-runtime.ts";

export interface WindowSize {
  readonly columns: number;
  readonly rows: number;
}

/** Where a task's output goes besides the attached streams: Docker's json-file format, rotated by size. */
export interface LogFile {
  readonly path: string;
  readonly maxBytes: number;
  readonly maxFiles: number;
}

export interface TaskStdio {
  /** With a terminal, stdin and stdout are one pty and there is no stderr. */
  readonly terminal: WindowSize | undefined;
  /** False: the task's stdin is /dev/null. */
  readonly stdin: boolean;
  /** Docker's StdinOnce: the task's stdin is closed when the first attached stdin ends. */
  readonly stdinOnce: boolean;
  readonly log: LogFile | undefined;
}

export interface TaskStart {
  /** Container id, 64 hex digits. */
  readonly id: string;
  readonly spec: Spec;
  readonly stdio: TaskStdio;
  readonly signal: AbortSignal;
}

/** A further process in a running container. */
export interface ExecStart {
  readonly id: string;
  readonly execId: string;
  readonly process: Spec["process"];
  readonly stdio: TaskStdio;
  readonly signal: AbortSignal;
}

export interface TaskExit {
  /** As Docker reports it: 128 + signal when a signal ended it. */
  readonly exitCode: number;
  readonly oomKilled: boolean;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/**
 * One attachment to a task's stdio. Every reader that is attached gets all output from then on; a reader that does not
 * read holds the task back, as Docker's does. Cancelling a stream detaches it.
 */
export interface TaskStreams {
  readonly stdin: WritableStream<Uint8Array> | undefined;
  readonly stdout: ReadableStream<Uint8Array> | undefined;
  readonly stderr: ReadableStream<Uint8Array> | undefined;
}

/** A task's key: the container id, or the exec id. */
export type TaskKey = string;

export interface Runtime {
  /**
   * Creates the task's stdio without starting anything, so that `attach` can come before `start` and no byte is missed
   * (`docker run` attaches first). Given up by `remove`.
   */
  prepare(key: TaskKey, stdio: TaskStdio): Promise<void>;
  /** Starts init. Rejects with RuntimeError; then no process, cgroup or runtime state is left (stdio stays prepared). */
  start(task: TaskStart): Promise<{ pid: number }>;
  exec(task: ExecStart): Promise<{ pid: number }>;
  attach(key: TaskKey, want: { stdin: boolean; stdout: boolean; stderr: boolean }): Promise<TaskStreams>;
  /** Resolves when the task's process has ended and its output is drained to log and readers. For the life of the task; after a restore call it again. */
  wait(key: TaskKey): Promise<TaskExit>;
  signal(key: TaskKey, signal: number): Promise<void>;
  resize(key: TaskKey, size: WindowSize): Promise<void>;
  pause(id: string): Promise<void>;
  resume(id: string): Promise<void>;
  update(id: string, resources: LinuxResources): Promise<void>;
  /** Ends what is left of an ended task: runtime state, cgroup, stdio. Kills a running one first. */
  remove(key: TaskKey): Promise<void>;
  /** PIDs of the container as the guest's root namespace sees them. */
  processes(id: string): Promise<readonly number[]>;
  stats(id: string): Promise<CgroupStats>;
  /** `docker top`: rows of `ps` with the given arguments, limited to the container. */
  top(id: string, psArguments: readonly string[]): Promise<{ titles: string[]; processes: string[][] }>;
}

/** Straight from the cgroup v2 files; numbers in bytes, microseconds, or counts. `max` is undefined. */
export interface CgroupStats {
  readonly memoryCurrent: number;
  readonly memoryMax: number | undefined;
  readonly memoryStat: Readonly<Record<string, number>>;
  readonly cpuStat: Readonly<Record<string, number>>;
  readonly pidsCurrent: number;
  readonly pidsMax: number | undefined;
  readonly oomKills: number;
  readonly networks: Readonly<
    Record<string, { rxBytes: number; rxPackets: number; txBytes: number; txPackets: number }>
  >;
}

/** What the OCI runtime said. `reason` is its own text; the engine words it as Docker does. */
export class RuntimeError extends Error {
  constructor(
    readonly reason: string,
    /** not-found and not-executable are about the command (exit codes 127 and 126). */
    readonly kind: "not-found" | "not-executable" | "other",
  ) {
    super(reason);
    this.name = "RuntimeError";
  }
}

// ---------------------------------------------------------------------------------------------- snapshots

export interface MountedSnapshot {
  /** Absolute guest paths; the names `docker inspect` shows under GraphDriver.Data. */
  readonly lowerDirs: readonly string[];
  readonly upperDir: string;
  readonly workDir: string;
  readonly mergedDir: string;
}

export type ChangeKind = "modified" | "added" | "deleted";
export interface Change {
  readonly path: string;
  readonly kind: ChangeKind;
}

export interface Snapshotter {
  /**
   * Makes upperdir and workdir over the layers (diff ids, base first). Throws when there are more than 125. Docker's init
   * layer (mount points, `/.dockerenv`) is the snapshotter's own: it comes on top of the layers and is not counted.
   */
  prepare(id: string, layers: readonly string[]): Promise<MountedSnapshot>;
  describe(id: string): MountedSnapshot;
  mount(id: string): Promise<MountedSnapshot>;
  unmount(id: string): Promise<void>;
  remove(id: string): Promise<void>;
  /** `docker diff`: sorted by path. */
  changes(id: string): Promise<readonly Change[]>;
  /** The upperdir as an OCI layer tar (whiteouts as `.wh.` names), deterministic but for mtimes. */
  diff(id: string, signal: AbortSignal): ReadableStream<Uint8Array>;
  /** Bytes in the upperdir. */
  usage(id: string): Promise<number>;
}

// ---------------------------------------------------------------------------------------------- files in the guest

export interface FileStat {
  readonly kind: "file" | "directory" | "symlink" | "character" | "block" | "fifo" | "socket";
  /** Permission bits, with setuid, setgid and sticky. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly mtime: number;
  readonly target: string | undefined;
  /** Of a character or block device. */
  readonly device?: { readonly major: number; readonly minor: number };
}

/**
 * Files of the guest. `root` bounds the resolution: every path, and every symlink met on the way, is resolved as if
 * `root` were `/` (openat2 RESOLVE_IN_ROOT or a child in chroot), so nothing in a container can lead outside it.
 * Failures are GuestFileError with an errno name.
 */
export interface Files {
  read(root: string, path: string): Promise<Uint8Array>;
  /** A file that is there keeps its inode (it may be mounted in a container), its mode and its owner. */
  write(
    root: string,
    path: string,
    bytes: Uint8Array,
    attributes?: { mode?: number; uid?: number; gid?: number },
  ): Promise<void>;
  makeDirectory(
    root: string,
    path: string,
    attributes?: { mode?: number; uid?: number; gid?: number; parents?: boolean },
  ): Promise<void>;
  remove(root: string, path: string, options?: { recursive?: boolean }): Promise<void>;
  /** Undefined when nothing is there. `follow` resolves a final symlink. */
  stat(root: string, path: string, options?: { follow?: boolean }): Promise<FileStat | undefined>;
  list(root: string, path: string): Promise<readonly string[]>;
  /** Tar of `path` with names that begin with `name` (its base name unless given); `contents` leaves the top entry out. */
  pack(root: string, path: string, options?: { name?: string; contents?: boolean }): ReadableStream<Uint8Array>;
  /** Extracts into the directory `path`. `owner` overrides uid and gid of every entry. */
  unpack(
    root: string,
    path: string,
    tar: ReadableStream<Uint8Array>,
    options?: { owner?: { uid: number; gid: number }; noOverwriteDirNonDir?: boolean; signal?: AbortSignal },
  ): Promise<void>;
  /** Allocated bytes below `path`. */
  usage(root: string, path: string): Promise<number>;
  /** Bytes of a task's log from `offset` on, over rotated files; with `follow` it goes on until the task has ended. */
  readLog(
    log: LogFile,
    options: { follow: TaskKey | undefined; tailLines: number | undefined; signal: AbortSignal },
  ): ReadableStream<Uint8Array>;
  bindMount(source: string, target: string, options?: { readOnly?: boolean; recursive?: boolean }): Promise<void>;
  mountTmpfs(target: string, options: string): Promise<void>;
  unmount(target: string): Promise<void>;
}

export class GuestFileError extends Error {
  constructor(
    /** ENOENT, EEXIST, ENOTDIR, ENOSPC, … */
    readonly code: string,
    readonly path: string,
    message: string,
  ) {
    super(message);
    this.name = "GuestFileError";
  }
}

// ---------------------------------------------------------------------------------------------- networks

export interface BridgeConfig {
  readonly networkId: string;
  /** `docker0`, or `br-` and 12 hex digits. */
  readonly bridge: string;
  /** Gateway with prefix length: `172.17.0.1/16`. */
  readonly address: string;
  readonly subnet: string;
  readonly internal: boolean;
  readonly masquerade: boolean;
  readonly interContainer: boolean;
  readonly mtu: number;
}

export interface EndpointConfig {
  readonly sandboxId: string;
  readonly endpointId: string;
  readonly bridge: string;
  /** `eth0`, `eth1`, … inside; the host side is `veth` and 7 hex digits. */
  readonly interfaceName: string;
  /** With prefix length. */
  readonly address: string;
  readonly macAddress: string;
  /** Where the default route goes. Undefined when another endpoint has it, or the network is internal. */
  readonly gateway: string | undefined;
  readonly mtu: number;
}

export interface PortMapping {
  readonly protocol: "tcp" | "udp";
  /** `0.0.0.0` when not given. */
  readonly hostIp: string;
  readonly hostPort: number;
  readonly containerIp: string;
  readonly containerPort: number;
  readonly bridge: string;
}

/** A raw DNS message in, a raw DNS message out; nothing (no bytes) when there is nothing to answer. Never rejects. */
export type DnsHandler = (query: Uint8Array, transport?: "udp" | "tcp") => Promise<Uint8Array>;

export interface NetworkDriver {
  createBridge(bridge: BridgeConfig): Promise<void>;
  removeBridge(bridge: BridgeConfig): Promise<void>;
  /** A new network namespace with lo up; the path goes into config.json. */
  createSandbox(sandboxId: string): Promise<{ path: string }>;
  /** Takes what is connected to it along. */
  removeSandbox(sandboxId: string): Promise<void>;
  connect(endpoint: EndpointConfig): Promise<void>;
  disconnect(endpoint: EndpointConfig): Promise<void>;
  /** Replaces the sandbox's default route; undefined takes it away. */
  setGateway(sandboxId: string, gateway: string | undefined): Promise<void>;
  /** NAT rules, also for 127.0.0.1 in the guest. Rejects with PortInUse when a process of the guest listens there. */
  publish(mapping: PortMapping): Promise<void>;
  unpublish(mapping: PortMapping): Promise<void>;
  /** Serves DNS at 127.0.0.11:53 (udp and tcp) inside the sandbox until it is removed. After a restore call it again. */
  serveDns(sandboxId: string, handler: DnsHandler): Promise<void>;
}

export class PortInUse extends Error {
  constructor(readonly mapping: PortMapping) {
    super(`listen ${mapping.protocol}4 ${mapping.hostIp}:${mapping.hostPort}: bind: address already in use`);
    this.name = "PortInUse";
  }
}

// ---------------------------------------------------------------------------------------------- content

/**
 * OCI blobs on the host, content-addressed. `put` verifies the digest before anything can read the blob.
 * Layers are kept under their diff id as uncompressed tars as well, which is what layerfs serves.
 */
export interface ContentStore {
  has(digest: string): boolean;
  get(digest: string): Promise<Uint8Array>;
  /** Throws DigestMismatch. */
  put(digest: string, bytes: Uint8Array): Promise<void>;
  delete(digest: string): Promise<void>;
  /** Registers an uncompressed layer tar under its diff id, verified; layerfs refuses a hostile tar here. Idempotent. */
  putLayer(diffId: string, tar: Uint8Array): Promise<void>;
  hasLayer(diffId: string): boolean;
  /** The uncompressed tar. */
  getLayer(diffId: string): Promise<Uint8Array>;
  /** Sum of the sizes of the files in the layer, as `docker history` shows it. */
  layerSize(diffId: string): number;
  deleteLayer(diffId: string): Promise<void>;
}

/** Where images are pulled from: the OCI layout under `public/registry/`, read over same-origin HTTP or the disk. */
export interface Registry {
  /** `index.json` of the layout. */
  index(signal: AbortSignal): Promise<Uint8Array>;
  /** Bytes as they come, for progress; the caller verifies. */
  blob(digest: string, signal: AbortSignal): Promise<{ size: number; body: ReadableStream<Uint8Array> }>;
}
