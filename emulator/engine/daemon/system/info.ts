import type { SystemInfo } from "../../../spec/engine-api.generated.ts";
import { rfc3339 } from "../../time.ts";
import type { Daemon } from "../daemon.ts";
import { productVersion } from "./version.ts";

/** `docker info`: what the engine holds, and what its machine can do. */
export function systemInfo(daemon: Daemon): SystemInfo {
  const { world, store } = daemon;
  const { host } = world;
  const states = daemon.containers.visible().map(({ state }) => state);
  const paused = states.filter((state) => state.paused).length;
  const running = states.filter((state) => state.running && !state.paused).length;
  return {
    ID: engineId(daemon),
    Containers: states.length,
    ContainersRunning: running,
    ContainersPaused: paused,
    ContainersStopped: states.length - running - paused,
    Images: store.images.size,
    Driver: "overlay2",
    DriverStatus: [
      ["Backing Filesystem", "tmpfs"],
      ["Supports d_type", "true"],
      ["Using metacopy", "false"],
      ["Native Overlay Diff", "true"],
      ["userxattr", "false"],
    ],
    Plugins: {
      Volume: ["local"],
      Network: ["bridge", "host", "null"],
      // Go writes a list that is not there as null.
      Authorization: null as never,
      Log: ["json-file", "local"],
    },
    MemoryLimit: true,
    SwapLimit: host.swapLimit,
    CpuCfsPeriod: true,
    CpuCfsQuota: true,
    CPUShares: true,
    CPUSet: host.cpuset,
    PidsLimit: true,
    IPv4Forwarding: true,
    BridgeNfIptables: true,
    BridgeNfIp6tables: true,
    Debug: false,
    NFd: 0,
    OomKillDisable: false,
    NGoroutines: 0,
    SystemTime: rfc3339(world.clock.now()),
    LoggingDriver: "json-file",
    CgroupDriver: "cgroupfs",
    CgroupVersion: "2",
    NEventsListener: daemon.events.listeners,
    KernelVersion: host.kernelVersion,
    OperatingSystem: host.operatingSystem,
    OSVersion: "",
    OSType: "linux",
    Architecture: machineOf(host.architecture),
    IndexServerAddress: "https://index.docker.io/v1/",
    RegistryConfig: {
      InsecureRegistryCIDRs: ["127.0.0.0/8"],
      IndexConfigs: { "docker.io": { Name: "docker.io", Mirrors: [], Secure: true, Official: true } },
      Mirrors: [],
    },
    NCPU: host.cpus,
    MemTotal: host.memoryTotal,
    GenericResources: null as never,
    DockerRootDir: "/var/lib/docker",
    HttpProxy: "",
    HttpsProxy: "",
    NoProxy: "",
    Name: host.name,
    Labels: [],
    ExperimentalBuild: false,
    ServerVersion: productVersion,
    // What Docker calls runc may be any runtime that takes its arguments.
    Runtimes: { runc: { path: "crun" } },
    DefaultRuntime: "runc",
    Swarm: {
      NodeID: "",
      NodeAddr: "",
      LocalNodeState: "inactive",
      ControlAvailable: false,
      Error: "",
      RemoteManagers: null as never,
    },
    LiveRestoreEnabled: false,
    Isolation: "",
    InitBinary: "docker-init",
    ContainerdCommit: { ID: "", Expected: "" },
    RuncCommit: { ID: host.runtimeVersion ?? "", Expected: host.runtimeVersion ?? "" },
    InitCommit: { ID: "", Expected: "" },
    SecurityOptions: [...(world.seccomp === undefined ? [] : ["name=seccomp,profile=builtin"]), "name=cgroupns"],
    CDISpecDirs: [],
    Warnings: null as never,
  };
}

/** As a UUID; made of the default bridge's id, so that it stays the same for as long as the engine's state does. */
function engineId({ store }: Daemon): string {
  const digits = store.networks.named("bridge")?.id ?? "";
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    digits.slice(12, 16),
    digits.slice(16, 20),
    digits.slice(20, 32),
  ].join("-");
}

function machineOf(architecture: string): string {
  return { "386": "i686", amd64: "x86_64", arm64: "aarch64" }[architecture] ?? architecture;
}
