import type { EndpointSettings } from "../../../spec/engine-api.generated.ts";
import { Forbidden, messageOf, System } from "../../errors.ts";
import type {
  ContainerRecord,
  EndpointRecord,
  EndpointSettingsRecord,
  NetworkRecord,
  PublishedPortRecord,
} from "../../records.ts";
import type { EndpointConfig, PortMapping } from "../../runtime.ts";
import type { Store } from "../../state.ts";
import { hex } from "../../world.ts";
import { allocateAddress } from "./addresses.ts";
import { readBridgeOptions } from "./bridge-options.ts";
import { dnsNames } from "./endpoint-settings.ts";
import { formatAddress, parseAddress, parsePrefix } from "./ipv4.ts";
import { parseLink } from "./links.ts";
import { macOf, parseMac } from "./mac.ts";
import { isUserDefined } from "./mode.ts";
import { portRequests, type PortAllocator } from "./ports.ts";

export interface EndpointRequest {
  readonly container: ContainerRecord;
  readonly network: NetworkRecord;
  readonly settings: EndpointSettings & { readonly desiredMacAddress?: string };
  readonly sandboxId: string;
  /** The first network that leads outside publishes the container's ports. */
  readonly publish: boolean;
}

/** Takes an address, a name and host ports on a network: an endpoint. Throws as libnetwork does; nothing is kept then. */
export function newEndpoint(
  store: Store,
  random: (bytes: number) => Uint8Array,
  ports: PortAllocator,
  { container, network, settings, sandboxId, publish }: EndpointRequest,
): EndpointRecord {
  const others = endpointsOn(store, network);
  if (others.some((endpoint) => endpoint.name === container.name))
    throw new Forbidden(`endpoint with name ${container.name} already exists in network ${network.name}`);
  const id = hex(random(32));
  const names = isUserDefined(network.name) ? dnsNames(container, settings.Aliases ?? []) : [];
  const base = { id, networkId: network.id, containerId: container.id, sandboxId, name: container.name };
  const subnet = parsePrefix(network.pool?.subnet ?? "");
  if (network.pool === undefined || subnet === undefined)
    return {
      ...base,
      interfaceName: undefined,
      address: undefined,
      prefixLength: 0,
      macAddress: "",
      gateway: undefined,
      dnsNames: names,
      links: {},
      ports: [],
    };
  const used = new Set(
    [network.pool.gateway, ...Object.values(network.pool.auxiliary), ...others.map(({ address }) => address ?? "")].map(
      (address) => parseAddress(address) ?? -1,
    ),
  );
  const wanted = parseAddress(settings.IPAMConfig?.IPv4Address ?? "");
  const range = parsePrefix(network.pool.range) ?? subnet;
  const address = allocateAddress({ subnet, range, used }, wanted, network);
  return {
    ...base,
    interfaceName: nextInterface(store, sandboxId, readBridgeOptions(network.options).interfacePrefix),
    address: formatAddress(address),
    prefixLength: subnet.length,
    macAddress: parseMac(settings.desiredMacAddress ?? settings.MacAddress ?? "") ?? macOf(address),
    gateway: undefined,
    dnsNames: names,
    links: isUserDefined(network.name) ? readLinks(settings.Links ?? []) : {},
    ports: publish ? allocatePorts(store, ports, container, network, id) : [],
  };
}

export function endpointsOn(store: Store, network: NetworkRecord): EndpointRecord[] {
  return store.endpoints.all().filter((endpoint) => endpoint.networkId === network.id);
}

export function endpointsOf(store: Store, container: ContainerRecord): EndpointRecord[] {
  return store.endpoints.all().filter((endpoint) => endpoint.containerId === container.id);
}

/** Numbers are not used again while the sandbox lives, so a reconnected network is not mistaken for the old one. */
function nextInterface(store: Store, sandboxId: string, prefix: string): string {
  const numbers = store.endpoints
    .all()
    .filter((endpoint) => endpoint.sandboxId === sandboxId && endpoint.interfaceName?.startsWith(prefix) === true)
    .map((endpoint) => Number(endpoint.interfaceName?.slice(prefix.length)));
  return `${prefix}${String(Math.max(-1, ...numbers) + 1)}`;
}

function readLinks(links: readonly string[]): Record<string, string> {
  return Object.fromEntries(links.map((text) => parseLink(text)).map(({ name, alias }) => [alias, name]));
}

function allocatePorts(
  store: Store,
  allocator: PortAllocator,
  container: ContainerRecord,
  network: NetworkRecord,
  endpointId: string,
): PublishedPortRecord[] {
  try {
    const requests = portRequests({
      bindings: container.hostConfig.PortBindings ?? {},
      exposed: Object.keys(container.config.ExposedPorts ?? {}),
      publishAll: container.hostConfig.PublishAllPorts === true,
    });
    const taken = store.endpoints.all().flatMap((endpoint) => endpoint.ports);
    return allocator.allocate(requests, taken, readBridgeOptions(network.options).bindingAddress);
  } catch (error) {
    throw externalConnectivity({ name: container.name, id: endpointId }, error);
  }
}

export function externalConnectivity(endpoint: { readonly name: string; readonly id: string }, cause: unknown): System {
  return new System(
    `driver failed programming external connectivity on endpoint ${endpoint.name} (${endpoint.id}): ${messageOf(cause)}`,
    { cause },
  );
}

/** What `inspect` tells of the endpoint while it is there. */
export function settingsWith(
  settings: EndpointSettingsRecord,
  endpoint: EndpointRecord,
  network: NetworkRecord,
): EndpointSettingsRecord {
  return {
    ...settings,
    MacAddress: endpoint.macAddress,
    NetworkID: network.id,
    EndpointID: endpoint.id,
    Gateway: network.internal ? "" : (network.pool?.gateway ?? ""),
    IPAddress: endpoint.address ?? "",
    IPPrefixLen: endpoint.prefixLength,
    ...(endpoint.dnsNames.length === 0 ? {} : { DNSNames: endpoint.dnsNames }),
  };
}

/** For the driver; undefined on `host` and `none`, which have no interface. */
export function endpointConfig(endpoint: EndpointRecord, network: NetworkRecord): EndpointConfig | undefined {
  const { interfaceName, address } = endpoint;
  if (network.bridge === undefined || interfaceName === undefined || address === undefined) return undefined;
  return {
    sandboxId: endpoint.sandboxId,
    endpointId: endpoint.id,
    bridge: network.bridge.bridge,
    interfaceName,
    address: `${address}/${String(endpoint.prefixLength)}`,
    macAddress: endpoint.macAddress,
    gateway: endpoint.gateway,
    mtu: network.bridge.mtu,
  };
}

/** For the driver; the IPv6 twin of a port has no rule of its own, as containers have no IPv6 address. */
export function portMapping(
  port: PublishedPortRecord,
  endpoint: EndpointRecord,
  network: NetworkRecord,
): PortMapping | undefined {
  if (port.hostIp.includes(":") || endpoint.address === undefined || network.bridge === undefined) return undefined;
  return {
    protocol: port.protocol,
    hostIp: port.hostIp,
    hostPort: port.hostPort,
    containerIp: endpoint.address,
    containerPort: port.containerPort,
    bridge: network.bridge.bridge,
  };
}
