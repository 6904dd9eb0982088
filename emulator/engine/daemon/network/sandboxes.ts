import { together } from "../../concurrency.ts";
import type { ContainerRecord, EndpointRecord, NetworkRecord } from "../../records.ts";
import { hex } from "../../world.ts";
import type { Daemon } from "../daemon.ts";
import type { Reservation } from "../providers.ts";
import { cleared } from "./endpoint-settings.ts";
import { endpointsOf, newEndpoint, settingsWith } from "./endpoints.ts";
import { hostsFile, ownNames, type HostsLine } from "./hosts-file.ts";
import { legacyLinks, linkEnvironment, linkHostsLines, type Link } from "./links.ts";
import { isUserDefined, networkOfMode } from "./mode.ts";
import { portMap, type PortAllocator } from "./ports.ts";
import { resolvConf } from "./resolv-conf.ts";
import type { Wiring } from "./wiring.ts";

/** Docker's name for "no namespace of its own" in `inspect`. */
const hostSandboxKey = "/var/run/docker/netns/default";

/** The network side of a container's run, from its start to its end. The container's lock is held by the caller. */
export class Sandboxes {
  readonly #daemon: Daemon;
  readonly #wiring: Wiring;
  readonly #ports: PortAllocator;
  readonly #find: (nameOrId: string) => NetworkRecord;

  constructor(daemon: Daemon, wiring: Wiring, ports: PortAllocator, find: (nameOrId: string) => NetworkRecord) {
    this.#daemon = daemon;
    this.#wiring = wiring;
    this.#ports = ports;
    this.#find = find;
  }

  /** Takes addresses and ports, all or none. A container in another's network takes nothing. */
  reserve(container: ContainerRecord): Reservation {
    const { store, world } = this.#daemon;
    const mode = container.hostConfig.NetworkMode ?? "";
    if (networkOfMode(mode) === undefined) return { hosts: "", resolvConf: "", environment: [] };
    const before = container.network.endpoints;
    const networks = inOrder(Object.keys(before), networkOfMode(mode)).map((name) => this.#find(name));
    const links =
      before["bridge"] === undefined ? [] : legacyLinks(container, (name) => this.#daemon.containers.find(name));
    const sandboxId = hex(world.random(32));
    const made: EndpointRecord[] = [];
    try {
      const publisher = networks.find((network) => network.bridge?.internal === false);
      for (const network of networks) {
        const settings = before[network.name] ?? {};
        const publish = network === publisher;
        const request = { container, network, settings, sandboxId, publish };
        const endpoint = newEndpoint(store, world.random, this.#ports, request);
        store.endpoints.add(endpoint);
        made.push(endpoint);
      }
    } catch (error) {
      for (const endpoint of made) store.endpoints.delete(endpoint);
      throw error;
    }
    const exit = gatewayOf(made, networks);
    if (exit !== undefined) exit.endpoint.gateway = exit.gateway;
    for (const [i, network] of networks.entries()) {
      const endpoint = made[i];
      if (endpoint !== undefined)
        container.network.endpoints[network.name] = settingsWith(before[network.name] ?? {}, endpoint, network);
    }
    container.network.sandboxId = sandboxId;
    container.network.ports = publishedPorts(container, made, networks);
    return {
      hosts: this.#hosts(container, made, links),
      resolvConf: this.#resolvConf(container, networks),
      environment: linkEnvironment(container, links),
    };
  }

  async connect(container: ContainerRecord): Promise<void> {
    const { sandboxId } = container.network;
    if (sandboxId === "") return;
    const endpoints = endpointsOf(this.#daemon.store, container);
    if (container.hostConfig.NetworkMode === "host") container.network.sandboxKey = hostSandboxKey;
    else {
      const { path } = await this.#daemon.world.network.createSandbox(sandboxId);
      container.network.sandboxKey = path;
      await together(endpoints.map((endpoint) => this.#wiring.connect(endpoint)));
    }
    for (const endpoint of endpoints) this.publish("connect", endpoint);
  }

  /** Gives everything back, also what was only half made. */
  async release(container: ContainerRecord): Promise<void> {
    const { sandboxId, sandboxKey } = container.network;
    if (sandboxId === "") return;
    const { store } = this.#daemon;
    const endpoints = endpointsOf(store, container);
    const connected = sandboxKey !== "";
    const removal = await Promise.allSettled([
      ...endpoints.map((endpoint) => this.#wiring.unpublish(endpoint)),
      ...(connected && sandboxKey !== hostSandboxKey ? [this.#wiring.removeSandbox(sandboxId)] : []),
    ]);
    for (const endpoint of endpoints) store.endpoints.delete(endpoint);
    for (const [name, settings] of Object.entries(container.network.endpoints))
      container.network.endpoints[name] = cleared(settings);
    container.network.sandboxId = "";
    container.network.sandboxKey = "";
    container.network.ports = {};
    if (connected) for (const endpoint of endpoints) this.publish("disconnect", endpoint);
    for (const result of removal) if (result.status === "rejected") throw result.reason;
  }

  publish(action: "connect" | "disconnect", endpoint: EndpointRecord): void {
    const { networks, containers } = this.#daemon.store;
    const network = networks.get(endpoint.networkId);
    if (network === undefined || containers.get(endpoint.containerId)?.build?.hidden === true) return;
    this.#daemon.events.publish("network", action, network.id, {
      container: endpoint.containerId,
      name: network.name,
      type: network.driver,
    });
  }

  #hosts(container: ContainerRecord, endpoints: readonly EndpointRecord[], links: readonly Link[]): string {
    const extra = (container.hostConfig.ExtraHosts ?? []).map((text): HostsLine => {
      const colon = text.indexOf(":");
      const address = text.slice(colon + 1).replace(/^\[(.*)\]$/, "$1");
      return { names: text.slice(0, colon), address: address === "host-gateway" ? this.#hostGateway() : address };
    });
    const { host } = this.#daemon.world;
    if (container.hostConfig.NetworkMode === "host" && extra.length === 0 && host.hosts !== undefined)
      return host.hosts;
    return hostsFile([
      ...extra,
      ...linkHostsLines(links),
      ...endpoints.flatMap((each) => ownHostsLine(container, each)),
    ]);
  }

  #hostGateway(): string {
    return this.#daemon.store.networks.named("bridge")?.pool?.gateway ?? "";
  }

  #resolvConf(container: ContainerRecord, networks: readonly NetworkRecord[]): string {
    const resolving = networks.some((network) => isUserDefined(network.name));
    return this.resolvConf(
      container,
      container.hostConfig.NetworkMode === "host" ? "host" : resolving ? "internal" : "legacy",
    );
  }

  resolvConf(container: ContainerRecord, kind: "host" | "internal" | "legacy"): string {
    const { Dns = [], DnsSearch = [], DnsOptions = [] } = container.hostConfig;
    return resolvConf({
      host: this.#daemon.world.host.resolvConf ?? "",
      nameServers: Dns,
      search: DnsSearch,
      options: DnsOptions,
      kind,
    });
  }
}

/** The line of a container's own address on a network; none on `host` and `none`. */
export function ownHostsLine(container: ContainerRecord, endpoint: EndpointRecord): HostsLine[] {
  const { Hostname = "", Domainname = "" } = container.config;
  return endpoint.address === undefined ? [] : [{ address: endpoint.address, names: ownNames(Hostname, Domainname) }];
}

/** NetworkSettings.Ports; empty where no network leads outside. */
export function publishedPorts(
  container: ContainerRecord,
  endpoints: readonly EndpointRecord[],
  networks: readonly NetworkRecord[],
): ContainerRecord["network"]["ports"] {
  if (!networks.some((network) => network.bridge?.internal === false)) return {};
  const exposed = [
    ...Object.keys(container.config.ExposedPorts ?? {}),
    ...Object.keys(container.hostConfig.PortBindings ?? {}),
  ];
  return portMap(
    exposed,
    endpoints.flatMap((endpoint) => endpoint.ports),
  );
}

/** The endpoint that has the default route: of the networks that lead outside, the first by name. */
export function gatewayOf(
  endpoints: readonly EndpointRecord[],
  networks: readonly NetworkRecord[],
): { endpoint: EndpointRecord; gateway: string } | undefined {
  const candidates = endpoints.flatMap((endpoint) => {
    const network = networks.find(({ id }) => id === endpoint.networkId);
    if (network?.pool === undefined || network.internal) return [];
    return [{ endpoint, gateway: network.pool.gateway, name: network.name }];
  });
  return candidates.sort((a, b) => (a.name < b.name ? -1 : 1))[0];
}

/** The default bridge first, then the network of the mode, then the others as they were asked for. */
function inOrder(names: readonly string[], mode: string | undefined): string[] {
  const rank = (name: string): number => (name === "bridge" ? 0 : name === mode ? 1 : 2);
  return [...names].sort((a, b) => rank(a) - rank(b));
}
