import type { NetworkCreateRequest } from "../../../spec/engine-api.generated.ts";
import { Conflict, Forbidden, InvalidParameter, NotFound, NotImplemented, System } from "../../errors.ts";
import type { NetworkRecord, PoolRecord } from "../../records.ts";
import type { BridgeConfig } from "../../runtime.ts";
import { allocateAddress } from "./addresses.ts";
import { readBridgeOptions } from "./bridge-options.ts";
import { readIpamConfig, type RequestedPool } from "./ipam-config.ts";
import { formatAddress, formatPrefix, parsePrefix, type Prefix } from "./ipv4.ts";
import { isPredefined } from "./mode.ts";
import { defaultPool, requestPool } from "./pools.ts";

export interface NewNetwork {
  readonly request: NetworkCreateRequest;
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly networks: readonly NetworkRecord[];
}

const notSwarmManager =
  'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.';

/** Checks a request to create a network and makes its record. Throws as dockerd answers; nothing is changed. */
export function newNetwork({ request, id, now, networks }: NewNetwork): NetworkRecord {
  const { Name: name, Driver: requestedDriver = "" } = request;
  const driver = requestedDriver === "" ? "bridge" : requestedDriver;
  if (isPredefined(name)) throw new Forbidden(`operation is not permitted on predefined ${name} network`);
  if (driver === "overlay") throw new Forbidden(notSwarmManager);
  const options = request.Options ?? {};
  const requested = readIpamConfig(request.IPAM);
  if (!/^\S(.*\S)?$/.test(name)) throw new InvalidParameter(`invalid name: ${name}`);
  if (networks.some((network) => network.name === name)) throw new Conflict(`network with name ${name} already exists`);
  if (request.Ingress === true || request.Scope === "swarm")
    throw new Forbidden("cannot create a swarm scoped network when swarm is not active");
  checkDriver(driver);
  if (request.ConfigOnly === true || (request.ConfigFrom?.Network ?? "") !== "")
    throw new NotImplemented("configuration networks are not supported by this engine");
  if (request.EnableIPv6 === true)
    throw new NotFound(
      "could not find an available, non-overlapping IPv6 address pool among the defaults to assign to the network",
    );
  const bridgeOptions = readBridgeOptions(options);
  const used = networks.flatMap((network) => parsePrefix(network.pool?.subnet ?? "") ?? []);
  const pool = choosePool(requested, used, { name, id });
  const bridge: BridgeConfig = {
    networkId: id,
    bridge: bridgeOptions.name ?? `br-${id.slice(0, 12)}`,
    address: `${pool.gateway}/${String(parsePrefix(pool.subnet)?.length ?? 0)}`,
    subnet: pool.subnet,
    internal: request.Internal === true,
    masquerade: bridgeOptions.masquerade,
    interContainer: bridgeOptions.interContainer,
    mtu: bridgeOptions.mtu,
  };
  const same = networks.find((network) => network.bridge?.bridge === bridge.bridge);
  if (same !== undefined)
    throw new Forbidden(
      `cannot create network ${id} (${bridge.bridge}): conflicts with network ${same.id} (${bridge.bridge}): networks have same bridge name`,
    );
  return {
    id,
    name,
    created: now,
    driver,
    scope: "local",
    internal: request.Internal === true,
    attachable: request.Attachable === true,
    enableIPv6: false,
    ipam: request.IPAM ?? {},
    options,
    labels: request.Labels ?? {},
    pool,
    bridge,
    plumbed: false,
  };
}

function checkDriver(driver: string): void {
  if (driver === "bridge") return;
  if (driver === "host" || driver === "null")
    throw new Forbidden(`only one instance of "${driver}" network is allowed`);
  if (driver === "macvlan" || driver === "ipvlan")
    throw new NotImplemented(`network driver ${JSON.stringify(driver)} is not supported by this engine`);
  throw new NotFound(`could not find plugin ${driver} in v1 plugin registry: plugin not found`);
}

/** Takes the subnet, then the gateway and the auxiliary addresses out of it. */
export function choosePool(
  requested: RequestedPool | undefined,
  used: readonly Prefix[],
  network: { readonly name: string; readonly id: string },
): PoolRecord {
  const subnet = requested === undefined ? defaultPool(used) : requestPool(requested.subnet, used);
  const range = requested?.range ?? subnet;
  const taken = new Set<number>();
  const take = (wanted: number | undefined, failure: (reason: string) => string): number => {
    try {
      const address = allocateAddress({ subnet, range, used: taken }, wanted, network);
      taken.add(address);
      return address;
    } catch (error) {
      throw new System(failure(error instanceof Error ? error.message : String(error)));
    }
  };
  const gateway = take(
    requested?.gateway,
    (reason) => `failed to allocate gateway (${formatAddress(requested?.gateway ?? 0)}): ${reason}`,
  );
  const auxiliary = Object.entries(requested?.auxiliary ?? {}).map(([name, wanted]) => {
    const failure = (reason: string): string =>
      `failed to allocate secondary ip address (${name}:${formatAddress(wanted)}): ${reason}`;
    return [name, formatAddress(take(wanted, failure))] as const;
  });
  return {
    subnet: formatPrefix(subnet),
    range: formatPrefix(range),
    gateway: formatAddress(gateway),
    auxiliary: Object.fromEntries(auxiliary),
  };
}
