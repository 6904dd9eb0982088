import type { HostConfig } from "../../../spec/engine-api.generated.ts";
import type { LinuxResources, NamespaceType, Process, Spec } from "../../../spec/oci-runtime.ts";
import type { ContainerRecord } from "../../records.ts";
import type { World } from "../../world.ts";
import { effectiveCapabilities } from "./capabilities.ts";
import { containerEnvironment, withHome } from "./environment.ts";
import { containerMounts, type MountSources } from "./mounts.ts";
import { deviceRules, linuxResources, type ContainerDevice } from "./resources.ts";
import { chooseSeccomp, noNewPrivileges, pathsUnconfined, seccompAnnotation } from "./security.ts";
import type { ResolvedUser } from "./user.ts";

export interface Namespaces {
  /** Undefined where the container shares the guest's own. */
  readonly paths: Readonly<Partial<Record<NamespaceType, string | undefined>>>;
  readonly types: readonly NamespaceType[];
}

export interface SpecInput {
  readonly root: string;
  readonly user: ResolvedUser;
  readonly namespaces: Namespaces;
  readonly mounts: MountSources;
  readonly devices: readonly ContainerDevice[];
  readonly linkEnvironment: readonly string[];
}

/** The OCI runtime configuration of a container: the same input gives the same result. */
export function containerSpec(
  container: ContainerRecord,
  input: SpecInput,
  world: Pick<World, "host" | "seccomp">,
): Spec {
  const { config, hostConfig } = container;
  const capabilities = effectiveCapabilities(hostConfig.Privileged === true, hostConfig.CapAdd, hostConfig.CapDrop);
  const seccomp = chooseSeccomp(hostConfig, capabilities, world.seccomp);
  const resources: LinuxResources = {
    ...linuxResources(hostConfig, world.host),
    devices: deviceRules(hostConfig, input.devices),
  };
  const unmasked = pathsUnconfined(hostConfig);
  const annotations = {
    ...hostConfig.Annotations,
    ...(seccomp.bpf === undefined ? {} : { [seccompAnnotation]: seccomp.bpf }),
  };
  const sysctl = sysctls(container, input.namespaces);
  const propagation = rootPropagation(container);
  return {
    ociVersion: "1.0.2",
    process: containerProcess(container, input, capabilities),
    root: { path: input.root, readonly: hostConfig.ReadonlyRootfs === true },
    ...(input.namespaces.types.includes("uts") ? { hostname: config.Hostname ?? "" } : {}),
    mounts: containerMounts(container, input.mounts),
    linux: {
      namespaces: input.namespaces.types.map((type) => {
        const path = input.namespaces.paths[type];
        return path === undefined ? { type } : { type, path };
      }),
      cgroupsPath: `/docker/${container.id}`,
      resources,
      maskedPaths: unmasked ? [] : (hostConfig.MaskedPaths ?? []),
      readonlyPaths: unmasked ? [] : (hostConfig.ReadonlyPaths ?? []),
      ...(input.devices.length > 0 ? { devices: input.devices.map(({ access: _access, ...device }) => device) } : {}),
      ...(Object.keys(sysctl).length > 0 ? { sysctl } : {}),
      ...(seccomp.profile === undefined ? {} : { seccomp: seccomp.profile }),
      ...(propagation === undefined ? {} : { rootfsPropagation: propagation }),
    },
    ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
  };
}

function containerProcess(container: ContainerRecord, input: SpecInput, capabilities: readonly string[]): Process {
  const { config, hostConfig } = container;
  const command = [container.path, ...container.args];
  const tty = config.Tty === true;
  const [height = 0, width = 0] = hostConfig.ConsoleSize ?? [];
  return {
    terminal: tty,
    ...(tty && height > 0 && width > 0 ? { consoleSize: { height, width } } : {}),
    user: { uid: input.user.uid, gid: input.user.gid, additionalGids: input.user.additionalGids },
    args: input.mounts.init === undefined ? command : ["/sbin/docker-init", "--", ...command],
    env: withHome(
      containerEnvironment({
        hostname: config.Hostname ?? "",
        tty,
        links: input.linkEnvironment,
        env: config.Env ?? [],
      }),
      input.user.home,
    ),
    cwd: config.WorkingDir || "/",
    capabilities: capabilitySets(input.user.uid, capabilities),
    ...rlimits(hostConfig),
    noNewPrivileges: noNewPrivileges(hostConfig),
    oomScoreAdj: hostConfig.OomScoreAdj ?? 0,
  };
}

export function rlimits({ Ulimits }: HostConfig): Pick<Process, "rlimits"> {
  if (!Ulimits || Ulimits.length === 0) return {};
  return {
    rlimits: Ulimits.map(({ Name = "", Soft = 0, Hard = 0 }) => ({
      type: `RLIMIT_${Name.toUpperCase()}`,
      soft: Soft,
      hard: Hard,
    })),
  };
}

/** Only root has them at once; for others they bound what a set-uid program may gain, as execve does it. */
export function capabilitySets(uid: number, capabilities: readonly string[]): Process["capabilities"] {
  const own = uid === 0 ? capabilities : [];
  return { bounding: capabilities, effective: own, permitted: own, inheritable: [], ambient: [] };
}

function sysctls({ config, hostConfig }: ContainerRecord, namespaces: Namespaces): Record<string, string> {
  const ownNetwork = namespaces.types.includes("network") && !(hostConfig.NetworkMode ?? "").startsWith("container:");
  return {
    ...(ownNetwork ? { "net.ipv4.ip_unprivileged_port_start": "0", "net.ipv4.ping_group_range": "0 2147483647" } : {}),
    ...(config.Domainname && namespaces.types.includes("uts") ? { "kernel.domainname": config.Domainname } : {}),
    ...hostConfig.Sysctls,
  };
}

/** A mount that shares its events needs a root that does. */
function rootPropagation({ mounts }: ContainerRecord): string | undefined {
  const modes = mounts.map((mount) => mount.propagation);
  if (modes.some((mode) => mode === "shared" || mode === "rshared")) return "shared";
  if (modes.some((mode) => mode === "slave" || mode === "rslave")) return "slave";
  return undefined;
}
