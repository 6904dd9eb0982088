import type { Mount } from "../../../spec/oci-runtime.ts";
import type { ContainerRecord, MountRecord } from "../../records.ts";

/** Where /dev/shm comes from. */
export type SharedMemory =
  { readonly kind: "private" } | { readonly kind: "none" } | { readonly kind: "bind"; readonly source: string };

export interface MountSources {
  readonly shm: SharedMemory;
  readonly resolvConf: string;
  readonly hostname: string;
  readonly hosts: string;
  /** Of docker-init in the guest, when the container asked for it. */
  readonly init: string | undefined;
}

const privateBind = ["rbind", "rprivate"];

/** All mounts of a container, in the order they are made: parents before children. */
export function containerMounts(container: ContainerRecord, sources: MountSources): Mount[] {
  const { hostConfig, mounts } = container;
  const own = new Set([...mounts.map((mount) => mount.destination), ...Object.keys(hostConfig.Tmpfs ?? {})]);
  const readOnlyRoot = hostConfig.ReadonlyRootfs === true;
  const fileBind = (source: string, destination: string): Mount => ({
    destination,
    type: "bind",
    source,
    options: readOnlyRoot ? [...privateBind, "ro"] : privateBind,
  });
  const files =
    sources.resolvConf === ""
      ? []
      : [
          fileBind(sources.resolvConf, "/etc/resolv.conf"),
          fileBind(sources.hostname, "/etc/hostname"),
          fileBind(sources.hosts, "/etc/hosts"),
        ];
  const given = [
    ...files,
    ...mounts.map(mountOf),
    ...Object.entries(hostConfig.Tmpfs ?? {}).map(([destination, options]) => tmpfs(destination, options)),
    ...(sources.init === undefined
      ? []
      : [{ destination: "/sbin/docker-init", type: "bind", source: sources.init, options: ["bind", "ro"] }]),
  ];
  const system = systemMounts(container, sources.shm).filter((mount) => !own.has(mount.destination));
  const replaced = new Set(mounts.map((mount) => mount.destination));
  return [
    ...system,
    ...given
      .filter((mount, index) => index >= files.length || !replaced.has(mount.destination))
      .sort((a, b) => depth(a.destination) - depth(b.destination)),
  ];
}

function depth(path: string): number {
  return path.split("/").filter((part) => part !== "").length;
}

function systemMounts({ hostConfig }: ContainerRecord, shm: SharedMemory): Mount[] {
  const privileged = hostConfig.Privileged === true;
  const access = privileged ? "rw" : "ro";
  return [
    { destination: "/proc", type: "proc", source: "proc", options: ["nosuid", "noexec", "nodev"] },
    {
      destination: "/dev",
      type: "tmpfs",
      source: "tmpfs",
      options: ["nosuid", "strictatime", "mode=755", "size=65536k"],
    },
    {
      destination: "/dev/pts",
      type: "devpts",
      source: "devpts",
      options: ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"],
    },
    { destination: "/sys", type: "sysfs", source: "sysfs", options: ["nosuid", "noexec", "nodev", access] },
    {
      destination: "/sys/fs/cgroup",
      type: "cgroup",
      source: "cgroup",
      options: ["nosuid", "noexec", "nodev", access],
    },
    { destination: "/dev/mqueue", type: "mqueue", source: "mqueue", options: ["nosuid", "noexec", "nodev"] },
    ...shmMounts(hostConfig.ShmSize ?? 0, shm),
  ];
}

function shmMounts(size: number, shm: SharedMemory): Mount[] {
  const destination = "/dev/shm";
  switch (shm.kind) {
    case "none":
      return [];
    case "bind":
      return [{ destination, type: "bind", source: shm.source, options: privateBind }];
    case "private":
      return [
        {
          destination,
          type: "tmpfs",
          source: "shm",
          options: ["nosuid", "noexec", "nodev", "mode=1777", `size=${String(size)}`],
        },
      ];
  }
}

function mountOf(mount: MountRecord): Mount {
  if (mount.type === "tmpfs") return tmpfs(mount.destination, mount.options ?? "");
  const source = mount.subpath === undefined ? mount.source : `${mount.source}/${mount.subpath}`;
  return {
    destination: mount.destination,
    type: "bind",
    source,
    options: [
      mount.nonRecursive ? "bind" : "rbind",
      mount.propagation === "" ? "rprivate" : mount.propagation,
      ...(mount.readWrite ? [] : ["ro"]),
    ],
  };
}

const opposites: readonly (readonly string[])[] = [
  ["exec", "noexec"],
  ["suid", "nosuid"],
  ["dev", "nodev"],
  ["rw", "ro"],
];

/** Docker's defaults under what was asked for; of two that exclude each other the later holds. */
function tmpfs(destination: string, given: string): Mount {
  const options = ["noexec", "nosuid", "nodev", "rprivate", ...given.split(",").filter((option) => option !== "")];
  const rivals = (option: string): readonly string[] => {
    const [key = ""] = option.split("=");
    return opposites.find((pair) => pair.includes(option)) ?? (option.includes("=") ? [key] : [option]);
  };
  const kept = options.filter(
    (option, index) =>
      !options.slice(index + 1).some((later) => {
        const names = rivals(option);
        return names.includes(later) || names.includes(later.split("=")[0] ?? "");
      }),
  );
  return { destination, type: "tmpfs", source: "tmpfs", options: kept };
}
