import type { ContentStore, Files, NetworkDriver, Registry, Runtime, Snapshotter } from "./runtime.ts";
import type { Seccomp } from "../spec/oci-runtime.ts";
import type { StepObserver } from "./steps.ts";

/** Milliseconds since the epoch, and timers; tests drive their own. */
export interface Clock {
  now(): number;
  /** Calls once after so many milliseconds; returns the cancellation. */
  after(milliseconds: number, callback: () => void): () => void;
}

/** The default seccomp profile, compiled once at build time for the default set of capabilities. */
export interface SeccompOption {
  /** Base64 of the BPF program; used when the effective capabilities are the default ones. */
  readonly bpf: string;
  /** Resolves the profile for another set of capabilities. */
  readonly profile: (capabilities: readonly string[]) => Seccomp;
}

/** What the engine stands on. Everything it touches outside itself is here. */
export interface World {
  readonly runtime: Runtime;
  readonly snapshotter: Snapshotter;
  readonly files: Files;
  readonly network: NetworkDriver;
  readonly content: ContentStore;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly random: (bytes: number) => Uint8Array;
  /** Undefined: containers run without a filter. */
  readonly seccomp: SeccompOption | undefined;
  /** Told of failures that no caller waits for: a clean-up in the background, a probe that cannot be made. */
  readonly report: (what: string, cause: unknown) => void;
  /** Who draws what the engine does. */
  readonly onStep?: StepObserver;
  /** What the guest is: `docker info` and defaults are made of it. */
  readonly host: HostFacts;
}

export interface HostFacts {
  /** The guest's hostname: `docker info`'s Name. */
  readonly name: string;
  readonly kernelVersion: string;
  /** As `docker version` names it: `386`. */
  readonly architecture: string;
  readonly operatingSystem: string;
  /** Of crun: `1.8.1`. */
  readonly runtimeVersion?: string;
  /** The guest's own /etc/resolv.conf and /etc/hosts; absent where there are none. */
  readonly resolvConf?: string;
  readonly hosts?: string;
  readonly cpus: number;
  /** How many CPUs' worth of time `--cpus` may ask for; as many as there are when it is not given. */
  readonly cpuQuota?: number;
  /** Bytes. */
  readonly memoryTotal: number;
  /** Whether cgroups have memory.swap.max, cpuset and io controllers; a limit that has no file is left out. */
  readonly swapLimit: boolean;
  /** Path of docker-init in the guest, for `--init`. */
  readonly initBinary: string;
  readonly cpuset: boolean;
  readonly ioWeight: boolean;
  /** Bytes that container logs may take in one file before they rotate, and how many files are kept. */
  readonly log: { readonly maxBytes: number; readonly maxFiles: number };
}

export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  after: (milliseconds, callback) => {
    const handle = setTimeout(callback, milliseconds);
    return () => {
      clearTimeout(handle);
    };
  },
};

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
