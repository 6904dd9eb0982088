import type { NamespaceType } from "../../../spec/oci-runtime.ts";
import { Conflict, InvalidParameter, messageOf } from "../../errors.ts";
import type { ContainerRecord } from "../../records.ts";
import type { Daemon } from "../daemon.ts";
import type { SharedMemory } from "../spec/mounts.ts";
import type { Namespaces } from "../spec/spec.ts";
import { containerDirectory } from "./log-config.ts";

/** What a container has of its own and what it shares with the guest or with another container. */
export interface Sharing {
  readonly namespaces: Namespaces;
  readonly shm: SharedMemory;
  /** A /dev/shm of its own that others may join: mounted in the guest before the start, and unmounted after. */
  readonly shareableShm: string | undefined;
  /** Whose /etc/hosts and so on it uses: its own, or those of the container whose network it joined. */
  readonly filesOf: string;
}

export const shmPath = (id: string): string => `${containerDirectory(id)}/mounts/shm`;

/** Throws when a container it joins is not there or does not run. */
export function resolveSharing(daemon: Daemon, container: ContainerRecord): Sharing {
  const { hostConfig } = container;
  const paths: Partial<Record<NamespaceType, string>> = {};
  const types: NamespaceType[] = ["mount"];
  const join = (mode: string, type: NamespaceType, what: string): ContainerRecord | undefined => {
    if (mode === "host") return undefined;
    types.push(type);
    if (!mode.startsWith("container:")) return undefined;
    const other = joined(daemon, mode.slice("container:".length), what);
    paths[type] = `/proc/${String(other.state.pid)}/ns/${type === "network" ? "net" : type}`;
    return other;
  };
  const ipc = join(hostConfig.IpcMode ?? "", "ipc", "IPC");
  join(hostConfig.PidMode ?? "", "pid", "PID");
  join(hostConfig.UTSMode ?? "", "uts", "UTS");
  const network = join(hostConfig.NetworkMode ?? "", "network", "network");
  if (hostConfig.CgroupnsMode !== "host") types.push("cgroup");
  const shm = sharedMemory(container, ipc);
  return {
    // The path of the container's own network namespace is known once its sandbox is there.
    namespaces: { types, paths },
    shm,
    shareableShm: hostConfig.IpcMode === "shareable" ? shmPath(container.id) : undefined,
    filesOf: network?.id ?? container.id,
  };
}

function joined(daemon: Daemon, name: string, what: string): ContainerRecord {
  let other: ContainerRecord;
  try {
    other = daemon.containers.find(name);
  } catch (error) {
    throw new InvalidParameter(messageOf(error));
  }
  if (!other.state.running)
    throw new Conflict(
      `cannot join ${what}${what === "network" ? "" : " namespace"} of a non running container: ${other.id}`,
    );
  if (other.state.restarting)
    throw new Conflict(`Container ${other.id} is restarting, wait until the container is running`);
  return other;
}

function sharedMemory({ id, hostConfig }: ContainerRecord, ipc: ContainerRecord | undefined): SharedMemory {
  const mode = hostConfig.IpcMode ?? "";
  if (ipc !== undefined) {
    const other = ipc.hostConfig.IpcMode;
    if (other === "host") return { kind: "bind", source: "/dev/shm" };
    if (other !== "shareable")
      throw new InvalidParameter(
        `container ${ipc.id}: non-shareable IPC (hint: use IpcMode:shareable for the donor container)`,
      );
    return { kind: "bind", source: shmPath(ipc.id) };
  }
  switch (mode) {
    case "none":
      return { kind: "none" };
    case "host":
      return { kind: "bind", source: "/dev/shm" };
    case "shareable":
      return { kind: "bind", source: shmPath(id) };
    default:
      return { kind: "private" };
  }
}

export async function mountShareableShm(daemon: Daemon, container: ContainerRecord, path: string): Promise<void> {
  const { files } = daemon.world;
  await files.makeDirectory("/", path, { parents: true });
  await files.mountTmpfs(path, `mode=1777,size=${String(container.hostConfig.ShmSize ?? 0)}`);
}
