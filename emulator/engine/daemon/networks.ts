import type { EndpointSettings, NetworkCreateRequest } from "../../spec/engine-api.generated.ts";
import { Forbidden, InvalidParameter, messageOf, NotFound } from "../errors.ts";
import { AmbiguousPrefix } from "../id-store.ts";
import type { ContainerRecord, EndpointSettingsRecord, NetworkRecord } from "../records.ts";
import type { Filters } from "../router/filters.ts";
import { hex } from "../world.ts";
import type { Daemon } from "./daemon.ts";
import { Attachments } from "./network/attachments.ts";
import { newNetwork } from "./network/create.ts";
import { requested, validateEndpointSettings } from "./network/endpoint-settings.ts";
import { endpointsOf, endpointsOn } from "./network/endpoints.ts";
import { joinErrors } from "./network/join-errors.ts";
import { isPredefined, isUserDefined, networkOfMode } from "./network/mode.ts";
import { networkFilter } from "./network/network-filter.ts";
import { networkJson } from "./network/network-json.ts";
import { PortAllocator } from "./network/ports.ts";
import { predefinedNetworks } from "./network/predefined.ts";
import { Sandboxes } from "./network/sandboxes.ts";
import { Wiring } from "./network/wiring.ts";
import type { Networks, Reservation } from "./providers.ts";
import { pruneFilter } from "./prune-filter.ts";

/** The networks of the engine: what the API does with them, and what containers need of them. */
export class NetworkController implements Networks {
  readonly #daemon: Daemon;
  readonly #wiring: Wiring;
  readonly #sandboxes: Sandboxes;
  readonly #attachments: Attachments;

  constructor(daemon: Daemon) {
    this.#daemon = daemon;
    const find = (nameOrId: string): NetworkRecord => this.find(nameOrId);
    const ports = new PortAllocator();
    this.#wiring = new Wiring(daemon);
    this.#sandboxes = new Sandboxes(daemon, this.#wiring, ports, find);
    this.#attachments = new Attachments({ daemon, wiring: this.#wiring, ports, sandboxes: this.#sandboxes, find });
    this.#addPredefined();
  }

  #addPredefined(): void {
    const { store, world } = this.#daemon;
    if (store.networks.named("bridge") !== undefined) return;
    const newId = (): string => hex(world.random(32));
    for (const network of predefinedNetworks(newId, world.clock.now())) store.networks.add(network);
  }

  async ready(): Promise<void> {
    await Promise.all(this.#daemon.store.networks.all().map((network) => this.#wiring.plumb(network)));
  }

  async restore(): Promise<void> {
    const { store } = this.#daemon;
    this.#wiring.reset();
    this.#addPredefined();
    const resolving = store.endpoints.all().filter(({ networkId, sandboxId }) => {
      const container = store.containers.all().find(({ network }) => network.sandboxId === sandboxId);
      return container?.network.sandboxKey !== "" && isUserDefined(store.networks.get(networkId)?.name ?? "");
    });
    await Promise.all(
      [...new Set(resolving.map(({ sandboxId }) => sandboxId))].map((sandboxId) => this.#wiring.resolve(sandboxId)),
    );
  }

  /** Throws NotFound, or InvalidParameter when a prefix fits several. */
  find(nameOrId: string): NetworkRecord {
    try {
      const found = this.#daemon.store.networks.find(nameOrId);
      if (found !== undefined) return found;
    } catch (error) {
      if (!(error instanceof AmbiguousPrefix)) throw error;
      const matches = this.#daemon.store.networks.all().filter(({ id }) => id.startsWith(nameOrId)).length;
      throw new InvalidParameter(
        `network ${nameOrId} is ambiguous (${String(matches)} matches found based on ID prefix)`,
      );
    }
    throw new NotFound(`network ${nameOrId} not found`);
  }

  configure(container: Parameters<Networks["configure"]>[0]): Record<string, EndpointSettingsRecord> {
    const given: [string, EndpointSettings | null][] = Object.entries(
      container.networkingConfig?.EndpointsConfig ?? {},
    );
    const errors: string[] = [];
    for (const [key, settings] of given) {
      const name = networkOfMode(key) ?? key;
      const fail = (reason: string): number => errors.push(`invalid config for network ${name}: ${reason}`);
      if (settings === null) fail("EndpointsConfig is nil");
      else
        try {
          validateEndpointSettings(this.#tryFind(name), name, settings);
        } catch (error) {
          fail(messageOf(error));
        }
    }
    if (errors.length > 0) throw new InvalidParameter(joinErrors(errors));
    const mode = networkOfMode(container.networkMode);
    if (mode === undefined) return {};
    const main = this.#nameOf(mode);
    const endpoints = Object.fromEntries(
      given.map(([name, settings]) => [this.#nameOf(networkOfMode(name) ?? name), requested(settings ?? {})]),
    );
    if (given.length === 0) endpoints[main] = requested({});
    const { macAddress } = container;
    const own = endpoints[main];
    if (macAddress !== undefined && own !== undefined) endpoints[main] = requested(own, macAddress);
    return endpoints;
  }

  #tryFind(nameOrId: string): NetworkRecord | undefined {
    try {
      return this.find(nameOrId);
    } catch {
      // A network may be made between create and start: what is not there yet is no error here.
      return undefined;
    }
  }

  #nameOf(nameOrId: string): string {
    return this.#tryFind(nameOrId)?.name ?? nameOrId;
  }

  reserve(container: ContainerRecord): Reservation {
    return this.#sandboxes.reserve(container);
  }

  async connect(container: ContainerRecord): Promise<void> {
    await this.#sandboxes.connect(container);
  }

  async release(container: ContainerRecord): Promise<void> {
    await this.#sandboxes.release(container);
  }

  async attach(network: string, container: string, settings: EndpointSettings): Promise<void> {
    await this.#attachments.connect(network, container, settings);
  }

  async detach(network: string, container: string, force: boolean): Promise<void> {
    await this.#attachments.disconnect(network, container, force);
  }

  renamed(container: ContainerRecord, oldName: string): void {
    const rename = (names: readonly string[]): string[] => [
      ...new Set(names.map((name) => (name === oldName ? container.name : name))),
    ];
    for (const endpoint of endpointsOf(this.#daemon.store, container)) {
      endpoint.name = container.name;
      endpoint.dnsNames = rename(endpoint.dnsNames);
    }
    const { endpoints } = container.network;
    for (const [name, settings] of Object.entries(endpoints))
      if (settings.DNSNames !== undefined) endpoints[name] = { ...settings, DNSNames: rename(settings.DNSNames) };
  }

  forget(container: ContainerRecord): void {
    for (const endpoint of endpointsOf(this.#daemon.store, container)) this.#daemon.store.endpoints.delete(endpoint);
  }

  list(filters: Filters): Record<string, unknown>[] {
    const { store } = this.#daemon;
    const wanted = networkFilter(filters, (network) => endpointsOn(store, network).length > 0);
    return store.networks
      .all()
      .filter(wanted)
      .map((network) => networkJson(network, []));
  }

  inspect(nameOrId: string): Record<string, unknown> {
    const network = this.find(nameOrId);
    return networkJson(network, endpointsOn(this.#daemon.store, network));
  }

  /** Gives the id. */
  async create(request: NetworkCreateRequest): Promise<string> {
    const { store, world } = this.#daemon;
    const id = hex(world.random(32));
    const network = newNetwork({ request, id, now: world.clock.now(), networks: store.networks.all() });
    store.networks.add(network);
    try {
      await this.#wiring.plumb(network);
    } catch (error) {
      store.networks.delete(network);
      throw error;
    }
    this.#publish("create", network);
    return id;
  }

  async remove(nameOrId: string): Promise<void> {
    const network = this.find(nameOrId);
    const { store } = this.#daemon;
    if (isPredefined(network.name))
      throw new Forbidden(`${network.name} is a pre-defined network and cannot be removed`);
    if (endpointsOn(store, network).length > 0)
      throw new Forbidden(
        `error while removing network: network ${network.name} id ${network.id} has active endpoints`,
      );
    store.networks.delete(network);
    try {
      await this.#wiring.unplumb(network);
    } catch (error) {
      store.networks.add(network);
      throw error;
    }
    this.#publish("destroy", network);
  }

  /** Removes what no container is on; gives the names. */
  async prune(filters: Filters): Promise<string[]> {
    const { store, world, events } = this.#daemon;
    const wanted = pruneFilter(filters, world.clock.now());
    const removed: string[] = [];
    for (const network of store.networks.all()) {
      if (isPredefined(network.name) || endpointsOn(store, network).length > 0 || !wanted(network)) continue;
      try {
        await this.remove(network.id);
        removed.push(network.name);
      } catch (error) {
        // The others are still pruned; somebody may have joined this one meanwhile.
        if (!(error instanceof Forbidden || error instanceof NotFound))
          world.report(`pruning network ${network.name}`, error);
      }
    }
    events.publish("network", "prune", "", { reclaimed: "0" });
    return removed;
  }

  #publish(action: "create" | "destroy", network: NetworkRecord): void {
    this.#daemon.events.publish("network", action, network.id, { name: network.name, type: network.driver });
  }
}

export function createNetworks(daemon: Daemon): NetworkController {
  return new NetworkController(daemon);
}
