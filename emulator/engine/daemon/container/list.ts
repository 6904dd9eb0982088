import type { ContainerSummary, Port } from "../../../spec/engine-api.generated.ts";
import { InvalidParameter, NotFound } from "../../errors.ts";
import type { ContainerRecord } from "../../records.ts";
import type { Filters } from "../../router/filters.ts";
import type { Daemon } from "../daemon.ts";
import { endpointSettingsJson } from "../network/endpoint-settings.ts";
import { containerSizes, mountPoint } from "./inspect.ts";
import { describeStatus, statuses, statusOf } from "./status.ts";

export const listFilters = [
  "ancestor",
  "before",
  "exited",
  "expose",
  "health",
  "id",
  "is-task",
  "isolation",
  "label",
  "name",
  "network",
  "publish",
  "since",
  "status",
  "volume",
] as const;

export interface ListOptions {
  readonly all: boolean;
  /** At most so many, the newest; they need not run. */
  readonly limit: number | undefined;
  readonly size: boolean;
  readonly filters: Filters;
}

const healthStates = ["none", "starting", "healthy", "unhealthy"];

/** `GET /containers/json`: newest first. */
export async function listContainers(daemon: Daemon, options: ListOptions): Promise<ContainerSummary[]> {
  const { filters } = options;
  const limit = options.limit !== undefined && options.limit > 0 ? options.limit : undefined;
  check(filters);
  const position = (name: "before" | "since"): number | undefined => {
    const [value] = filters.get(name);
    if (value === undefined) return undefined;
    return daemon.containers.visible().indexOf(daemon.containers.find(value));
  };
  const before = position("before");
  const since = position("since");
  const named = filters.has("status") || filters.has("exited") || limit !== undefined;
  const found = daemon.containers
    .visible()
    .map((container, index) => ({ container, index }))
    .filter(({ container, index }) => {
      if (!options.all && !named && !container.state.running) return false;
      if (before !== undefined && index >= before) return false;
      if (since !== undefined && index <= since) return false;
      return fits(daemon, container, filters);
    })
    .reverse()
    .slice(0, limit)
    .map(({ container }) => container);
  return Promise.all(found.map((container) => summary(daemon, container, options.size)));
}

function check(filters: Filters): void {
  for (const status of filters.get("status"))
    if (!statuses.some((known) => known === status)) throw new InvalidParameter(`invalid filter 'status=${status}'`);
  for (const health of filters.get("health"))
    if (!healthStates.includes(health)) throw new InvalidParameter(`unrecognized filter value for health: ${health}`);
  for (const exited of filters.get("exited"))
    if (!/^-?\d+$/.test(exited))
      throw new InvalidParameter(`strconv.Atoi: parsing ${JSON.stringify(exited)}: invalid syntax`);
  for (const name of ["publish", "expose"])
    for (const port of filters.get(name))
      if (portRange(port) === undefined) throw new InvalidParameter(`invalid filter '${name}=${port}'`);
}

function fits(daemon: Daemon, container: ContainerRecord, filters: Filters): boolean {
  const { state, health, config } = container;
  return (
    filters.match("name", container.name, `/${container.name}`) &&
    (!filters.has("id") || filters.get("id").some((id) => container.id.startsWith(id))) &&
    filters.labels("label", config.Labels) &&
    filters.exact("status", statusOf(state)) &&
    filters.exact("health", health?.status ?? "none") &&
    (!filters.has("is-task") || !filters.boolean("is-task", false)) &&
    (!filters.has("exited") ||
      (state.startedAt !== undefined && !state.running && filters.get("exited").includes(String(state.exitCode)))) &&
    (!filters.has("ancestor") || filters.get("ancestor").some((image) => descends(daemon, container, image))) &&
    (!filters.has("volume") ||
      filters
        .get("volume")
        .some((volume) =>
          container.mounts.some(
            (mount) => mount.name === volume || mount.source === volume || mount.destination === volume,
          ),
        )) &&
    (!filters.has("network") || filters.get("network").some((network) => isOn(container, network))) &&
    (!filters.has("publish") || filters.get("publish").some((port) => publishes(container, port))) &&
    (!filters.has("expose") || filters.get("expose").some((port) => exposes(container, port)))
  );
}

/** Made from the image, or from one that was built over it. */
function descends(daemon: Daemon, container: ContainerRecord, reference: string): boolean {
  const ancestor = daemon.images.idOf(reference);
  if (ancestor === undefined) return false;
  if (container.imageId === ancestor) return true;
  const layers = daemon.store.images.get(ancestor)?.config.rootfs.diff_ids ?? [];
  let image = daemon.store.images.get(container.imageId);
  while (image?.parentId !== undefined) {
    if (image.parentId === ancestor) return true;
    image = daemon.store.images.get(image.parentId);
  }
  return (
    layers.length > 0 &&
    layers.length < container.layers.length &&
    layers.every((layer, i) => container.layers[i] === layer)
  );
}

function isOn(container: ContainerRecord, network: string): boolean {
  return Object.entries(container.network.endpoints).some(
    ([name, { NetworkID: id = "" }]) => name === network || (network !== "" && id.startsWith(network)),
  );
}

interface PortRange {
  readonly first: number;
  readonly last: number;
  readonly protocol: string;
}

function portRange(text: string): PortRange | undefined {
  const match = /^(\d+)(?:-(\d+))?(?:\/(tcp|udp|sctp))?$/.exec(text);
  if (match === null) return undefined;
  return { first: Number(match[1]), last: Number(match[2] ?? match[1]), protocol: match[3] ?? "tcp" };
}

function inRange(range: PortRange | undefined, port: number, protocol: string): boolean {
  return range !== undefined && port >= range.first && port <= range.last && protocol === range.protocol;
}

function publishes(container: ContainerRecord, filter: string): boolean {
  const range = portRange(filter);
  return ports(container).some(({ PublicPort, Type }) => PublicPort !== undefined && inRange(range, PublicPort, Type));
}

function exposes(container: ContainerRecord, filter: string): boolean {
  const range = portRange(filter);
  return Object.keys(container.config.ExposedPorts ?? {}).some((port) => {
    const [number = "", protocol = "tcp"] = port.split("/");
    return inRange(range, Number(number), protocol);
  });
}

/** Published ports with their host side, then those only exposed; of a container that runs. */
function ports({ network, config, state }: ContainerRecord): Port[] {
  if (!state.running) return [];
  const all = {
    ...Object.fromEntries(Object.keys(config.ExposedPorts ?? {}).map((port) => [port, null])),
    ...network.ports,
  };
  return Object.entries(all).flatMap(([port, bindings]) => {
    const [number = "", type = "tcp"] = port.split("/");
    const common = { PrivatePort: Number(number), Type: type as Port["Type"] };
    if (!bindings || bindings.length === 0) return [common];
    return bindings.map(({ HostIp = "", HostPort = "" }) => ({
      IP: HostIp,
      PrivatePort: common.PrivatePort,
      PublicPort: Number(HostPort),
      Type: common.Type,
    }));
  });
}

async function summary(daemon: Daemon, container: ContainerRecord, size: boolean): Promise<ContainerSummary> {
  const { config, state, hostConfig, network } = container;
  const sizes = size ? await sizesOrNothing(daemon, container) : {};
  return {
    Id: container.id,
    Names: [`/${container.name}`],
    Image: daemon.images.displayName(config.Image ?? "", container.imageId),
    ImageID: container.imageId,
    Command: [container.path, ...container.args.map(quoted)].join(" "),
    Created: Math.floor(container.created / 1000),
    Ports: ports(container),
    ...sizes,
    Labels: config.Labels ?? {},
    State: statusOf(state),
    Status: describeStatus(container, daemon.world.clock.now()),
    HostConfig: { NetworkMode: hostConfig.NetworkMode ?? "" },
    NetworkSettings: {
      Networks: Object.fromEntries(
        Object.entries(network.endpoints).map(([name, settings]) => [name, endpointSettingsJson(settings)]),
      ),
    },
    Mounts: container.mounts.map(mountPoint),
  };
}

/** A container that is being removed meanwhile has no size. */
async function sizesOrNothing(daemon: Daemon, container: ContainerRecord): Promise<Partial<ContainerSummary>> {
  try {
    return await containerSizes(daemon, container);
  } catch (error) {
    if (daemon.store.containers.get(container.id) === undefined || error instanceof NotFound) return {};
    throw error;
  }
}

function quoted(argument: string): string {
  return argument.includes(" ") ? `'${argument}'` : argument;
}
