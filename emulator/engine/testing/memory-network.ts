import type { BridgeConfig, DnsHandler, EndpointConfig, NetworkDriver, PortMapping } from "../runtime.ts";
import { PortInUse } from "../runtime.ts";

const portKey = ({ protocol, hostIp, hostPort }: PortMapping): string => `${protocol} ${hostIp}:${String(hostPort)}`;

/** Bridges, sandboxes, endpoints and port mappings in maps, refusing what a kernel would refuse. */
export class MemoryNetwork implements NetworkDriver {
  readonly bridges = new Map<string, BridgeConfig>();
  readonly sandboxes = new Set<string>();
  readonly endpoints = new Map<string, EndpointConfig>();
  readonly ports = new Map<string, PortMapping>();
  readonly dns = new Map<string, DnsHandler>();
  readonly gateways = new Map<string, string>();
  /** Host ports that a process of the guest listens on. */
  readonly taken = new Set<number>();

  async createBridge(bridge: BridgeConfig): Promise<void> {
    if (this.bridges.has(bridge.bridge)) throw new Error(`${bridge.bridge}: File exists`);
    this.bridges.set(bridge.bridge, bridge);
  }

  async removeBridge({ bridge }: BridgeConfig): Promise<void> {
    if (!this.bridges.delete(bridge)) throw new Error(`${bridge}: No such device`);
  }

  async createSandbox(sandboxId: string): Promise<{ path: string }> {
    if (this.sandboxes.has(sandboxId)) throw new Error(`sandbox ${sandboxId}: File exists`);
    this.sandboxes.add(sandboxId);
    return { path: `/var/run/docker/netns/${sandboxId.slice(0, 12)}` };
  }

  async removeSandbox(sandboxId: string): Promise<void> {
    if (!this.sandboxes.delete(sandboxId)) throw new Error(`sandbox ${sandboxId}: No such file or directory`);
    for (const [id, endpoint] of this.endpoints) if (endpoint.sandboxId === sandboxId) this.endpoints.delete(id);
    this.dns.delete(sandboxId);
    this.gateways.delete(sandboxId);
  }

  async connect(endpoint: EndpointConfig): Promise<void> {
    if (!this.sandboxes.has(endpoint.sandboxId)) throw new Error(`sandbox ${endpoint.sandboxId} does not exist`);
    if (!this.bridges.has(endpoint.bridge)) throw new Error(`${endpoint.bridge}: No such device`);
    this.endpoints.set(endpoint.endpointId, endpoint);
    if (endpoint.gateway !== undefined) this.gateways.set(endpoint.sandboxId, endpoint.gateway);
  }

  async disconnect({ endpointId }: EndpointConfig): Promise<void> {
    if (!this.endpoints.delete(endpointId)) throw new Error(`endpoint ${endpointId}: No such device`);
  }

  async setGateway(sandboxId: string, gateway: string | undefined): Promise<void> {
    if (gateway === undefined) this.gateways.delete(sandboxId);
    else this.gateways.set(sandboxId, gateway);
  }

  async publish(mapping: PortMapping): Promise<void> {
    if (this.taken.has(mapping.hostPort) || this.ports.has(portKey(mapping))) throw new PortInUse(mapping);
    this.ports.set(portKey(mapping), mapping);
  }

  async unpublish(mapping: PortMapping): Promise<void> {
    if (!this.ports.delete(portKey(mapping))) throw new Error(`${portKey(mapping)}: no such mapping`);
  }

  async serveDns(sandboxId: string, handler: DnsHandler): Promise<void> {
    if (!this.sandboxes.has(sandboxId)) throw new Error(`sandbox ${sandboxId} does not exist`);
    this.dns.set(sandboxId, handler);
  }
}
