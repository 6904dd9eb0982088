import type { EndpointRecord, NetworkRecord } from "../../records.ts";
import { rfc3339 } from "../../time.ts";

/** A network as `docker network inspect` shows it, with Docker's fields in Docker's order. */
export function networkJson(network: NetworkRecord, endpoints: readonly EndpointRecord[]): Record<string, unknown> {
  return {
    Name: network.name,
    Id: network.id,
    Created: rfc3339(network.created),
    Scope: network.scope,
    Driver: network.driver,
    EnableIPv6: network.enableIPv6,
    IPAM: {
      Driver: network.ipam.Driver ?? "default",
      Options: network.ipam.Options ?? null,
      Config: ipamConfig(network),
    },
    Internal: network.internal,
    Attachable: network.attachable,
    Ingress: false,
    ConfigFrom: { Network: "" },
    ConfigOnly: false,
    Containers: Object.fromEntries(
      endpoints.map((endpoint) => [
        endpoint.containerId,
        {
          Name: endpoint.name,
          EndpointID: endpoint.id,
          MacAddress: endpoint.macAddress,
          IPv4Address: endpoint.address === undefined ? "" : `${endpoint.address}/${String(endpoint.prefixLength)}`,
          IPv6Address: "",
        },
      ]),
    ),
    Options: network.options,
    Labels: network.labels,
  };
}

/** What was asked for, or else what was chosen. */
function ipamConfig({ ipam, pool }: NetworkRecord): Record<string, unknown>[] | null {
  const asked = (ipam.Config ?? []).filter((config) => (config.Subnet ?? "") !== "");
  if (asked.length > 0)
    return asked.map(({ Subnet, IPRange = "", Gateway = "", AuxiliaryAddresses = {} }) => ({
      Subnet,
      ...(IPRange === "" ? {} : { IPRange }),
      ...(Gateway === "" ? {} : { Gateway }),
      ...(Object.keys(AuxiliaryAddresses).length === 0 ? {} : { AuxiliaryAddresses }),
    }));
  return pool === undefined ? null : [{ Subnet: pool.subnet, Gateway: pool.gateway }];
}
