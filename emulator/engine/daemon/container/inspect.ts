import type {
  ContainerInspectResponse,
  Health,
  MountPoint,
  NetworkSettings,
} from "../../../spec/engine-api.generated.ts";
import type { ContainerRecord, MountRecord } from "../../records.ts";
import { rfc3339 } from "../../time.ts";
import type { Daemon } from "../daemon.ts";
import { endpointSettingsJson } from "../network/endpoint-settings.ts";
import { parseLink } from "../network/links.ts";
import { logPath } from "./log-config.ts";
import { networkFilePaths } from "./network-files.ts";
import { statusOf } from "./status.ts";

/** `GET /containers/{name}/json`. Fields and order are Docker's. */
export async function inspectContainer(
  daemon: Daemon,
  container: ContainerRecord,
  size: boolean,
): Promise<ContainerInspectResponse> {
  const live = daemon.containers.live(container);
  const sizes = size ? await containerSizes(daemon, container) : {};
  const network = container.hostConfig.NetworkMode ?? "";
  const filesOf = network.startsWith("container:")
    ? (daemon.store.containers.find(network.slice("container:".length))?.id ?? container.id)
    : container.id;
  // The files are there once the container has been started.
  const paths =
    container.state.startedAt === undefined ? { resolvConf: "", hostname: "", hosts: "" } : networkFilePaths(filesOf);
  const driver = container.hostConfig.LogConfig?.Type;
  return {
    Id: container.id,
    Created: rfc3339(container.created),
    Path: container.path,
    Args: container.args,
    State: stateOf(container),
    Image: container.imageId,
    ResolvConfPath: paths.resolvConf,
    HostnamePath: paths.hostname,
    HostsPath: paths.hosts,
    LogPath: driver === "json-file" ? logPath(container.id) : "",
    Name: `/${container.name}`,
    RestartCount: container.restart.count,
    Driver: "overlay2",
    Platform: "linux",
    MountLabel: "",
    ProcessLabel: "",
    AppArmorProfile: container.hostConfig.Privileged === true ? "unconfined" : "",
    ExecIDs: live.execs.size > 0 ? [...live.execs] : null,
    HostConfig: inspectHostConfig(container),
    GraphDriver: { Data: await graphDriverData(daemon, container), Name: "overlay2" },
    ...sizes,
    Mounts: container.mounts.map(mountPoint),
    Config: container.config,
    NetworkSettings: networkSettings(container),
  };
}

function stateOf(container: ContainerRecord): NonNullable<ContainerInspectResponse["State"]> {
  const { state } = container;
  const health = healthOf(container);
  return {
    Status: statusOf(state),
    Running: state.running,
    Paused: state.paused,
    Restarting: state.restarting,
    OOMKilled: state.oomKilled,
    Dead: state.dead,
    Pid: state.pid,
    ExitCode: state.exitCode,
    Error: state.error,
    StartedAt: rfc3339(state.startedAt),
    FinishedAt: rfc3339(state.finishedAt),
    ...(health === undefined ? {} : { Health: health }),
  };
}

function healthOf({ health }: ContainerRecord): Health | undefined {
  if (health === undefined) return undefined;
  return { Status: health.status, FailingStreak: health.failingStreak, Log: [...health.log] };
}

/** Links are shown as paths: `/db:/web/database`. */
function inspectHostConfig({ name, hostConfig }: ContainerRecord): NonNullable<ContainerInspectResponse["HostConfig"]> {
  if (!hostConfig.Links) return hostConfig;
  return {
    ...hostConfig,
    Links: hostConfig.Links.map((link) => {
      const { name: other, alias } = parseLink(link);
      return `/${other}:/${name}/${alias}`;
    }),
  };
}

async function graphDriverData(daemon: Daemon, container: ContainerRecord): Promise<Record<string, string>> {
  await daemon.containers.live(container).prepared.catch(() => undefined);
  const snapshot = daemon.world.snapshotter.describe(container.id);
  return {
    LowerDir: snapshot.lowerDirs.join(":"),
    MergedDir: snapshot.mergedDir,
    UpperDir: snapshot.upperDir,
    WorkDir: snapshot.workDir,
  };
}

export async function containerSizes(
  daemon: Daemon,
  container: ContainerRecord,
): Promise<{ SizeRw: number; SizeRootFs: number }> {
  const { snapshotter, content } = daemon.world;
  await daemon.containers.live(container).prepared;
  const written = await snapshotter.usage(container.id);
  const image = container.layers.reduce((sum, layer) => sum + content.layerSize(layer), 0);
  return { SizeRw: written, SizeRootFs: image + written };
}

export function mountPoint(mount: MountRecord): MountPoint {
  return {
    Type: mount.type,
    ...(mount.name === undefined ? {} : { Name: mount.name }),
    Source: mount.source,
    Destination: mount.destination,
    ...(mount.driver === undefined ? {} : { Driver: mount.driver }),
    Mode: mount.mode,
    RW: mount.readWrite,
    Propagation: mount.propagation,
  };
}

/** The endpoint on the default bridge is shown on the top level as well, as it was before there were others. */
function networkSettings({ network }: ContainerRecord): NetworkSettings {
  const bridge = network.endpoints["bridge"];
  return {
    Bridge: "",
    SandboxID: network.sandboxId,
    SandboxKey: network.sandboxKey,
    Ports: network.ports,
    HairpinMode: false,
    LinkLocalIPv6Address: "",
    LinkLocalIPv6PrefixLen: 0,
    SecondaryIPAddresses: null,
    SecondaryIPv6Addresses: null,
    EndpointID: bridge?.EndpointID ?? "",
    Gateway: bridge?.Gateway ?? "",
    GlobalIPv6Address: bridge?.GlobalIPv6Address ?? "",
    GlobalIPv6PrefixLen: bridge?.GlobalIPv6PrefixLen ?? 0,
    IPAddress: bridge?.IPAddress ?? "",
    IPPrefixLen: bridge?.IPPrefixLen ?? 0,
    IPv6Gateway: bridge?.IPv6Gateway ?? "",
    MacAddress: bridge?.MacAddress ?? "",
    Networks: Object.fromEntries(
      Object.entries(network.endpoints)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, settings]) => [name, endpointSettingsJson(settings)]),
    ),
  };
}
