import type { EndpointSettings } from "../../../spec/engine-api.generated.ts";
import { InvalidParameter, NotFound, System } from "../../errors.ts";
import type { ContainerRecord, EndpointRecord, NetworkRecord } from "../../records.ts";
import type { Daemon } from "../daemon.ts";
import { requested, validateEndpointSettings } from "./endpoint-settings.ts";
import { endpointsOf, endpointsOn, newEndpoint, settingsWith } from "./endpoints.ts";
import { addHostsLine, removeHostsLine } from "./hosts-file.ts";
import { isUserDefined, networkOfMode } from "./mode.ts";
import { gatewayOf, ownHostsLine, publishedPorts, type Sandboxes } from "./sandboxes.ts";
import type { PortAllocator } from "./ports.ts";
import type { Wiring } from "./wiring.ts";

const conflict = {
  shared: "container sharing network namespace with another container or host cannot be connected to any other network",
  host: "container cannot be disconnected from host network or connected to host network",
  none: "container cannot be connected to multiple networks with one of the networks in private (none) mode",
} as const;

/** `docker network connect` and `disconnect`, of containers that run and of such that do not. */
export class Attachments {
  readonly #daemon: Daemon;
  readonly #wiring: Wiring;
  readonly #ports: PortAllocator;
  readonly #sandboxes: Sandboxes;
  readonly #find: (nameOrId: string) => NetworkRecord;

  constructor(parts: {
    readonly daemon: Daemon;
    readonly wiring: Wiring;
    readonly ports: PortAllocator;
    readonly sandboxes: Sandboxes;
    readonly find: (nameOrId: string) => NetworkRecord;
  }) {
    this.#daemon = parts.daemon;
    this.#wiring = parts.wiring;
    this.#ports = parts.ports;
    this.#sandboxes = parts.sandboxes;
    this.#find = parts.find;
  }

  async connect(networkName: string, containerName: string, settings: EndpointSettings): Promise<void> {
    const container = this.#daemon.containers.find(containerName);
    await this.#daemon.containers.live(container).lock.run(async () => {
      if (networkOfMode(container.hostConfig.NetworkMode ?? "") === undefined)
        throw new InvalidParameter(conflict.shared);
      // Also one that waits for its next automatic start has no sandbox.
      if (container.network.sandboxId === "") this.#configure(container, networkName, settings);
      else await this.#join(container, this.#find(networkName), settings);
    });
  }

  async disconnect(networkName: string, containerName: string, force: boolean): Promise<void> {
    const container = this.#containerOrUndefined(containerName, force);
    if (container === undefined) {
      const stale = endpointsOn(this.#daemon.store, this.#find(networkName)).find(({ name }) => name === containerName);
      if (stale === undefined) throw new NotFound(`endpoint ${containerName} not found`);
      this.#daemon.store.endpoints.delete(stale);
      return;
    }
    await this.#daemon.containers.live(container).lock.run(async () => {
      if (container.network.sandboxId === "") this.#forget(container, networkName);
      else await this.#leave(container, this.#find(networkName));
    });
  }

  #containerOrUndefined(name: string, force: boolean): ContainerRecord | undefined {
    try {
      return this.#daemon.containers.find(name);
    } catch (error) {
      if (force && error instanceof NotFound) return undefined;
      throw error;
    }
  }

  /** A container that does not run: only what it will ask for. A network that is not there yet shows at its start. */
  #configure(container: ContainerRecord, networkName: string, settings: EndpointSettings): void {
    checkNotRemoved(container);
    const network = this.#tryFind(networkName);
    if (network === undefined) {
      container.network.endpoints[networkName] = requested(settings);
      return;
    }
    validateEndpointSettings(network, network.name, settings);
    if (!this.#admit(container, network)) return;
    container.network.endpoints[network.name] = { ...requested(settings), NetworkID: network.id };
  }

  async #join(container: ContainerRecord, network: NetworkRecord, settings: EndpointSettings): Promise<void> {
    const { store, world } = this.#daemon;
    validateEndpointSettings(network, network.name, settings);
    this.#admit(container, network);
    const own = endpointsOf(store, container);
    const { sandboxId } = container.network;
    const publish = network.bridge?.internal === false && own.every(({ ports }) => ports.length === 0);
    const kept = requested(settings);
    const request = { container, network, settings: kept, sandboxId, publish };
    const endpoint = newEndpoint(store, world.random, this.#ports, request);
    store.endpoints.add(endpoint);
    const resolved = this.#wiring.isResolving(sandboxId);
    try {
      const exit = gatewayOf([...own, endpoint], store.networks.all());
      const takesOver = exit?.endpoint === endpoint;
      if (takesOver && own.every(({ gateway }) => gateway === undefined)) endpoint.gateway = exit.gateway;
      await this.#wiring.connect(endpoint);
      if (takesOver && endpoint.gateway === undefined) await this.#route(sandboxId, [...own, endpoint]);
      await this.#editHosts(container, (text) =>
        ownHostsLine(container, endpoint).reduce((all, line) => addHostsLine(all, line), text),
      );
      if (!resolved && isUserDefined(network.name)) await this.#writeResolvConf(container);
    } catch (error) {
      store.endpoints.delete(endpoint);
      await this.#wiring.disconnect(endpoint).catch((cause: unknown) => {
        world.report(`leaving network ${network.name} after a failed connect`, cause);
      });
      throw error;
    }
    container.network.endpoints[network.name] = settingsWith(kept, endpoint, network);
    this.#updatePorts(container);
    this.#sandboxes.publish("connect", endpoint);
  }

  async #leave(container: ContainerRecord, network: NetworkRecord): Promise<void> {
    const { store } = this.#daemon;
    if (container.hostConfig.NetworkMode === "host" && network.driver === "host")
      throw new InvalidParameter(conflict.host);
    const endpoint = endpointsOf(store, container).find(({ networkId }) => networkId === network.id);
    if (endpoint === undefined)
      throw new System(`container ${container.id} is not connected to network ${network.name}`);
    await this.#wiring.disconnect(endpoint);
    store.endpoints.delete(endpoint);
    container.network.endpoints = without(container.network.endpoints, network.name);
    this.#updatePorts(container);
    const rest = endpointsOf(store, container);
    if (endpoint.gateway !== undefined) await this.#route(container.network.sandboxId, rest);
    await this.#editHosts(container, (text) =>
      ownHostsLine(container, endpoint).reduce((all, line) => removeHostsLine(all, line), text),
    );
    this.#sandboxes.publish("disconnect", endpoint);
  }

  #forget(container: ContainerRecord, networkName: string): void {
    checkNotRemoved(container);
    const name = this.#tryFind(networkName)?.name ?? this.#nameOrThrow(container, networkName);
    if (container.network.endpoints[name] === undefined)
      throw new System(`container ${container.id} is not connected to the network ${name}`);
    container.network.endpoints = without(container.network.endpoints, name);
    const network = this.#daemon.store.networks.named(name);
    if (network !== undefined)
      this.#daemon.events.publish("network", "disconnect", network.id, {
        container: container.id,
        name: network.name,
        type: network.driver,
      });
  }

  /** A network that is gone can still be taken out of a container's settings by the name it had. */
  #nameOrThrow(container: ContainerRecord, name: string): string {
    if (container.network.endpoints[name] !== undefined) return name;
    return this.#find(name).name;
  }

  #tryFind(name: string): NetworkRecord | undefined {
    try {
      return this.#find(name);
    } catch (error) {
      if (error instanceof NotFound) return undefined;
      throw error;
    }
  }

  /** False when the container is on that network already. Throws where the two exclude each other. */
  #admit(container: ContainerRecord, network: NetworkRecord): boolean {
    const mode = container.hostConfig.NetworkMode ?? "";
    if (mode !== "host" && network.driver === "host") throw new InvalidParameter(conflict.host);
    for (const name of Object.keys(container.network.endpoints)) {
      if (name === network.name) return false;
      const other = this.#tryFind(name);
      if (other === undefined) continue;
      if (other.driver === "host" || network.driver === "host") throw new InvalidParameter(conflict.shared);
      if (other.name === "none" || network.name === "none") throw new InvalidParameter(conflict.none);
    }
    return true;
  }

  /** Gives the default route to the endpoint that has it now by right. */
  async #route(sandboxId: string, endpoints: readonly EndpointRecord[]): Promise<void> {
    const exit = gatewayOf(endpoints, this.#daemon.store.networks.all());
    for (const endpoint of endpoints) endpoint.gateway = endpoint === exit?.endpoint ? exit.gateway : undefined;
    await this.#daemon.world.network.setGateway(sandboxId, exit?.gateway);
  }

  #updatePorts(container: ContainerRecord): void {
    const endpoints = endpointsOf(this.#daemon.store, container);
    const ids = new Set(endpoints.map(({ networkId }) => networkId));
    const networks = this.#daemon.store.networks.all().filter(({ id }) => ids.has(id));
    container.network.ports = publishedPorts(container, endpoints, networks);
  }

  async #editHosts(container: ContainerRecord, edit: (text: string) => string): Promise<void> {
    const { files } = this.#daemon.world;
    const path = `/var/lib/docker/containers/${container.id}/hosts`;
    const text = new TextDecoder().decode(await files.read("/", path));
    const edited = edit(text);
    if (edited !== text) await files.write("/", path, new TextEncoder().encode(edited));
  }

  async #writeResolvConf(container: ContainerRecord): Promise<void> {
    const path = `/var/lib/docker/containers/${container.id}/resolv.conf`;
    const text = this.#sandboxes.resolvConf(container, "internal");
    await this.#daemon.world.files.write("/", path, new TextEncoder().encode(text));
  }
}

function checkNotRemoved(container: ContainerRecord): void {
  if (container.state.removing || container.state.dead)
    throw new System(
      `Container ${container.id} is marked for removal and cannot be connected or disconnected to the network`,
    );
}

function without<T>(record: Readonly<Record<string, T>>, name: string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => key !== name));
}
