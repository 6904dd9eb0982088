/** `State.Status` of `docker inspect`, and what comes after the removal, which Docker has no word for. */
export const containerStates = [
  "created",
  "running",
  "paused",
  "restarting",
  "exited",
  "removing",
  "dead",
  "gone",
] as const;
export type ContainerState = (typeof containerStates)[number];

/** What of `/events` takes a container from state to state, or says why. */
export const lifecycleActions = [
  "create",
  "start",
  "restart",
  "die",
  "stop",
  "kill",
  "pause",
  "unpause",
  "oom",
  "destroy",
  "rename",
  "update",
] as const;
export type LifecycleAction = (typeof lifecycleActions)[number];

/** An event of the engine. Its place in the list of those that came is what tells before from after. */
export interface LifecycleEvent {
  /** Milliseconds since the epoch, by the engine's clock. */
  readonly at: number;
  readonly action: LifecycleAction;
  /** 64 hex digits. */
  readonly id: string;
  readonly name: string;
  readonly image: string;
  /** Of `die`. */
  readonly exitCode: number | undefined;
  /** Of `kill`. */
  readonly signal: number | undefined;
}

export interface RestartRule {
  /** `no`, `always`, `unless-stopped` or `on-failure`. */
  readonly name: string;
  /** Of `on-failure`; 0: as often as it fails. */
  readonly maximum: number;
}

/** What `docker inspect` says. */
export interface InspectedContainer {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly state: ContainerState;
  /** Milliseconds since the epoch; undefined: never. */
  readonly created: number;
  readonly startedAt: number | undefined;
  readonly finishedAt: number | undefined;
  readonly exitCode: number;
  readonly oomKilled: boolean;
  readonly error: string;
  readonly restartCount: number;
  readonly policy: RestartRule;
  /** `--rm` */
  readonly autoRemove: boolean;
}

/** An inspection, and how many events had come when it was asked for: what it says is as new as that, or newer. */
export interface ContainerRecord extends InspectedContainer {
  readonly seen: number;
}

/** A restart policy that was read when so many events had come. */
export interface PolicySeen extends RestartRule {
  readonly seen: number;
}

/** A process in a container's control group. */
export interface MemberProcess {
  /** On the machine. */
  readonly pid: number;
  /** In its own pid namespace. */
  readonly inner: number;
  readonly command: string;
  /** As `ps` shows it: R, S, D, … */
  readonly state: string;
}

/** What the kernel shows of a container's control group. */
export interface KernelGroup {
  readonly frozen: boolean;
  /** Those that have not ended, the first of the container first. */
  readonly processes: readonly MemberProcess[];
}

/** What the kernel shows of all of them. A container without a group is not in it. */
export interface KernelFacts {
  /** How many events had come when it was asked for. */
  readonly seen: number;
  /** There was more than could be read: that something is missing says nothing. */
  readonly cut: boolean;
  readonly groups: ReadonlyMap<string, KernelGroup>;
}
