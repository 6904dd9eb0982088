import { together } from "../../concurrency.ts";
import { PortInUse } from "../../runtime.ts";
import { System } from "../../errors.ts";
import type { EndpointRecord, NetworkRecord } from "../../records.ts";
import type { Daemon } from "../daemon.ts";
import { createResolver } from "./dns/resolver.ts";
import { endpointConfig, externalConnectivity, portMapping } from "./endpoints.ts";
import { isUserDefined } from "./mode.ts";
import { namesOf } from "./names.ts";

/** What endpoints are in the guest: interfaces, NAT rules, the resolver. Every step is noted, so that it can be undone. */
export class Wiring {
  readonly #daemon: Daemon;
  readonly #plumbing = new Map<string, Promise<void>>();
  /** Sandboxes in which the embedded resolver answers. */
  readonly #resolving = new Set<string>();

  constructor(daemon: Daemon) {
    this.#daemon = daemon;
  }

  /** The bridge of a network, made when it is first needed. */
  async plumb(network: NetworkRecord): Promise<void> {
    const { bridge } = network;
    if (network.plumbed || bridge === undefined) return;
    const pending =
      this.#plumbing.get(network.id) ??
      this.#daemon.world.network
        .createBridge(bridge)
        .then(() => {
          network.plumbed = true;
        })
        .finally(() => this.#plumbing.delete(network.id));
    this.#plumbing.set(network.id, pending);
    await pending;
  }

  async unplumb(network: NetworkRecord): Promise<void> {
    if (!network.plumbed || network.bridge === undefined) return;
    await this.#daemon.world.network.removeBridge(network.bridge);
    network.plumbed = false;
  }

  /** Interface and ports of an endpoint whose sandbox is there. */
  async connect(endpoint: EndpointRecord): Promise<void> {
    const network = this.#networkOf(endpoint);
    await this.plumb(network);
    const config = endpointConfig(endpoint, network);
    const driver = this.#daemon.world.network;
    await together([
      ...(config === undefined ? [] : [driver.connect(config)]),
      this.#publish(endpoint, network),
      ...(isUserDefined(network.name) ? [this.resolve(endpoint.sandboxId)] : []),
    ]);
  }

  /** The endpoint alone; its sandbox stays. */
  async disconnect(endpoint: EndpointRecord): Promise<void> {
    const config = endpointConfig(endpoint, this.#networkOf(endpoint));
    await together([
      this.unpublish(endpoint),
      ...(config === undefined ? [] : [this.#daemon.world.network.disconnect(config)]),
    ]);
  }

  async #publish(endpoint: EndpointRecord, network: NetworkRecord): Promise<void> {
    await together(
      endpoint.ports.map(async (port) => {
        const mapping = portMapping(port, endpoint, network);
        if (mapping === undefined) return;
        try {
          await this.#daemon.world.network.publish(mapping);
          port.published = true;
        } catch (error) {
          const cause =
            error instanceof PortInUse ? new System(`Error starting userland proxy: ${error.message}`) : error;
          throw externalConnectivity(endpoint, cause);
        }
      }),
    );
  }

  async unpublish(endpoint: EndpointRecord): Promise<void> {
    const network = this.#networkOf(endpoint);
    await together(
      endpoint.ports
        .filter((port) => port.published)
        .map(async (port) => {
          const mapping = portMapping(port, endpoint, network);
          if (mapping !== undefined) await this.#daemon.world.network.unpublish(mapping);
          port.published = false;
        }),
    );
  }

  /** Starts the embedded resolver of a sandbox, once. */
  async resolve(sandboxId: string): Promise<void> {
    if (this.#resolving.has(sandboxId)) return;
    this.#resolving.add(sandboxId);
    try {
      const { world, store } = this.#daemon;
      await world.network.serveDns(sandboxId, createResolver(namesOf(store, sandboxId)));
    } catch (error) {
      this.#resolving.delete(sandboxId);
      throw error;
    }
  }

  isResolving(sandboxId: string): boolean {
    return this.#resolving.has(sandboxId);
  }

  async removeSandbox(sandboxId: string): Promise<void> {
    this.#resolving.delete(sandboxId);
    await this.#daemon.world.network.removeSandbox(sandboxId);
  }

  /** After a restore nothing is known to be answering. */
  reset(): void {
    this.#plumbing.clear();
    this.#resolving.clear();
  }

  #networkOf(endpoint: EndpointRecord): NetworkRecord {
    const network = this.#daemon.store.networks.get(endpoint.networkId);
    if (network === undefined) throw new System(`network ${endpoint.networkId} not found`);
    return network;
  }
}
