/**
 * The guest agent (PID 1) as typed calls: mechanism only, no Docker words. `connect.ts` implements it over the control
 * port; `runtime.ts`, `files.ts` and `network.ts` build the engine's interfaces on it; `snapshotter/` uses it as well.
 */
import type { Change, FileStat, WindowSize } from "../engine/runtime.ts";

export interface AgentFacts {
  readonly protocolVersion: number;
  readonly kernel: string;
  readonly bootId: string;
  readonly memoryTotal: number;
}

export interface SpawnRequest {
  readonly argv: readonly string[];
  readonly env: readonly string[];
  readonly cwd: string;
  /** A pty (controlling terminal of a new session), pipes, or /dev/null. */
  readonly stdio:
    | { readonly kind: "pty"; readonly size: WindowSize }
    | { readonly kind: "pipes"; readonly stdin: boolean }
    | { readonly kind: "null" };
  /** Joined before exec, relative to /sys/fs/cgroup. */
  readonly cgroup?: string;
  readonly uid?: number;
  readonly gid?: number;
  /** The process outlives the epoch, and `adopt` finds it again. */
  readonly key?: string;
}

export interface ExitStatus {
  /** 128 + signal when a signal ended it. */
  readonly code: number;
  readonly signal: number | undefined;
}

export interface GuestProcess {
  readonly pid: number;
  readonly stdin: WritableStream<Uint8Array> | undefined;
  /** A pty's output is all here. */
  readonly stdout: ReadableStream<Uint8Array> | undefined;
  readonly stderr: ReadableStream<Uint8Array> | undefined;
  /** Resolves when the process was reaped and its streams were drained. Rejects with EpochEnded after a restore. */
  readonly exited: Promise<ExitStatus>;
  signal(signal: number): Promise<void>;
  resize(size: WindowSize): Promise<void>;
}

/** An accepted or dialled connection in the guest. */
export interface GuestConnection {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
  /** Of a unix socket's peer. */
  readonly peer?: { readonly pid: number; readonly uid: number };
}

/** One call of the `docker` stub: argv, environment and its own descriptors, which the agent holds. */
export interface StubCall {
  /** Names the call across epochs. */
  readonly session: number;
  /** An earlier epoch had it already: it goes on, it does not begin. */
  readonly resumed: boolean;
  readonly args: readonly string[];
  readonly env: readonly string[];
  readonly cwd: string;
  readonly pid: number;
  readonly uid: number;
  readonly isTerminal: { readonly stdin: boolean; readonly stdout: boolean; readonly stderr: boolean };
  readonly size: WindowSize | undefined;
  /** Opened on first use: bytes are taken from the caller only then. */
  openStdin(): ReadableStream<Uint8Array>;
  readonly stdout: WritableStream<Uint8Array>;
  readonly stderr: WritableStream<Uint8Array>;
  setRaw(raw: boolean): Promise<void>;
  onSignal(listener: (signal: number) => void): () => void;
  onResize(listener: (size: WindowSize) => void): () => void;
  /** Aborts when the stub is gone. */
  readonly gone: AbortSignal;
  /** After both outputs were closed: restores the terminal and ends the stub with this exit status. */
  exit(code: number): Promise<void>;
}

/** One entry to make. `path` is relative; its parent is there already, or made earlier in the same list. */
export type NewEntry =
  | {
      readonly kind: "directory";
      readonly path: string;
      readonly mode: number;
      readonly uid?: number;
      readonly gid?: number;
    }
  | { readonly kind: "file"; readonly path: string; readonly mode: number; readonly bytes: Uint8Array }
  | { readonly kind: "symlink"; readonly path: string; readonly target: string };

export interface Agent {
  readonly facts: AgentFacts;
  spawn(request: SpawnRequest): Promise<GuestProcess>;
  /** A process with a terminal that was spawned with this key. Rejects with ESRCH when there is none. */
  adopt(key: string): Promise<GuestProcess>;
  /**
   * Settles when every frame sent before has been handled and all frames the guest had queued have come. With `hold` the
   * guest then sends nothing until `release`, or the next epoch.
   */
  barrier(hold?: boolean): Promise<void>;
  release(): Promise<void>;
  /** Sets CLOCK_REALTIME, and mixes fresh bytes into the kernel's pool (with RNDADDENTROPY and a reseed). */
  refresh(now: number, entropy: Uint8Array): Promise<void>;

  readFile(path: string): Promise<Uint8Array>;
  writeFile(path: string, bytes: Uint8Array, mode?: number): Promise<void>;
  stat(path: string, follow?: boolean): Promise<FileStat | undefined>;
  makeDirectory(path: string, mode?: number, parents?: boolean): Promise<void>;
  remove(path: string, recursive?: boolean): Promise<void>;
  symlink(target: string, path: string): Promise<void>;
  list(path: string): Promise<readonly string[]>;
  /**
   * Makes the entries below `directory` in order, in one exchange. A directory or symlink of that name that is there
   * stays as it is; a file is written anew. Modes are exact (no umask). Stops at the first failure.
   */
  create(directory: string, entries: readonly NewEntry[]): Promise<void>;
  /**
   * What an overlay's upperdir changes of its lowerdirs (absolute, topmost first), in no order, as `docker diff` sees it:
   * - a character device 0:0 is a deletion, if a lowerdir shows that name (else nothing);
   * - in a directory with trusted.overlay.opaque=y, each name the lowerdirs show there and the upperdir has not is one;
   * - a name that no lowerdir shows is an addition;
   * - a name that both have is modified when type, mode, uid, gid, rdev or security.capability differ, for what is no
   *   directory also when size or mtime (to the nanosecond, or to the second if either has none) differ;
   * - a directory with a change anywhere in it is modified, unless it is added itself. The root is never listed.
   * Whiteouts and opaque directories of lowerdirs hide what is below them. Deleted directories are listed alone.
   */
  changes(upper: string, lowers: readonly string[]): Promise<readonly Change[]>;
  /**
   * Tar of an upperdir as an OCI layer: names relative to it without `./`, sorted, each directory before what is in it;
   * whiteouts as empty files `.wh.NAME`, opaque directories with `.wh..wh..opq` first in them; hard links, devices,
   * nanoseconds of mtime and security.* and user.* attributes kept, no trusted.overlay.*; sockets left out.
   */
  packLayer(upper: string, signal: AbortSignal): ReadableStream<Uint8Array>;
  /** Allocated bytes below `path`. */
  usage(path: string): Promise<number>;
  /** mount(2) with the working directory set first, so that long option strings can use short relative names. */
  mount(call: {
    source: string;
    target: string;
    type: string;
    flags: number;
    options: string;
    cwd?: string;
  }): Promise<void>;
  unmount(target: string, lazy?: boolean): Promise<void>;

  /** A unix stream socket at `path`; ends with `close`. */
  listenUnix(
    path: string,
    mode: number,
    accept: (connection: GuestConnection) => void,
  ): Promise<{ close(): Promise<void> }>;
  /** TCP to a guest port, in the root network namespace or in one given by path. */
  dial(address: string, port: number, options?: { netns?: string; signal?: AbortSignal }): Promise<GuestConnection>;
  /** Calls of the stub, as they come. */
  onStub(listener: (call: StubCall) => void): void;
}
