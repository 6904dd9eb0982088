import type { EndpointSettings } from "../../../spec/engine-api.generated.ts";
import { InvalidParameter } from "../../errors.ts";
import type { ContainerRecord, EndpointSettingsRecord, NetworkRecord } from "../../records.ts";
import { contains, parseAddress, parsePrefix } from "./ipv4.ts";
import { joinErrors } from "./join-errors.ts";
import { parseMac } from "./mac.ts";
import { isUserDefined } from "./mode.ts";

/**
 * Checks what a container asks of a network. `network` is undefined when there is none of that name yet. Throws
 * InvalidParameter with every error, one a line.
 */
export function validateEndpointSettings(
  network: NetworkRecord | undefined,
  name: string,
  settings: EndpointSettings,
): void {
  const address = settings.IPAMConfig?.IPv4Address ?? "";
  const address6 = settings.IPAMConfig?.IPv6Address ?? "";
  const errors: string[] = [];
  if (!isUserDefined(name)) {
    if (address !== "" || address6 !== "")
      errors.push("user specified IP address is supported on user defined networks only");
    if ((settings.Aliases ?? []).length > 0)
      errors.push("network-scoped alias is supported only for containers in user defined networks");
  }
  const parsed = parseAddress(address);
  if (address !== "" && (parsed === undefined || parsed === 0)) errors.push(`invalid IPv4 address: ${address}`);
  if (address6 !== "" && !address6.includes(":")) errors.push(`invalid IPv6 address: ${address6}`);
  for (const linkLocal of settings.IPAMConfig?.LinkLocalIPs ?? [])
    if (parseAddress(linkLocal) === undefined && !linkLocal.includes(":"))
      errors.push(`invalid link-local IP address: ${linkLocal}`);
  if (network !== undefined) {
    if (address !== "") errors.push(...rangeErrors(network, address, parsed));
    if (address6 !== "")
      errors.push(
        "user specified IP address is supported only when connecting to networks with user configured subnets",
      );
  }
  const mac = settings.MacAddress ?? "";
  if (mac !== "" && parseMac(mac) === undefined) throw new InvalidParameter(`invalid MAC address ${mac}`);
  if (errors.length > 0) throw new InvalidParameter(`invalid endpoint settings:\n${joinErrors(errors)}`);
}

function rangeErrors(network: NetworkRecord, text: string, address: number | undefined): string[] {
  const subnets = (network.ipam.Config ?? []).flatMap(({ Subnet = "" }) => parsePrefix(Subnet) ?? []);
  if (subnets.length === 0)
    return ["user specified IP address is supported only when connecting to networks with user configured subnets"];
  if (address !== undefined && subnets.some((subnet) => contains(subnet, address))) return [];
  return [`no configured subnet or ip-range contain the IP address ${text}`];
}

/** As kept from create on: what was asked for, with no trace of a run. */
export function requested(settings: EndpointSettings, desiredMac?: string): EndpointSettingsRecord {
  const mac = desiredMac ?? settings.MacAddress ?? "";
  return {
    IPAMConfig: settings.IPAMConfig ?? null,
    ...(settings.Links === undefined ? {} : { Links: settings.Links }),
    ...(settings.Aliases === undefined ? {} : { Aliases: settings.Aliases }),
    MacAddress: mac,
    DriverOpts: settings.DriverOpts ?? null,
    NetworkID: "",
    EndpointID: "",
    Gateway: "",
    IPAddress: "",
    IPPrefixLen: 0,
    IPv6Gateway: "",
    GlobalIPv6Address: "",
    GlobalIPv6PrefixLen: 0,
    ...(mac === "" ? {} : { desiredMacAddress: mac }),
  };
}

/** After a stop: the addresses are gone, the network and the names are still told. */
export function cleared(settings: EndpointSettingsRecord): EndpointSettingsRecord {
  return {
    ...settings,
    EndpointID: "",
    Gateway: "",
    IPAddress: "",
    IPPrefixLen: 0,
    IPv6Gateway: "",
    GlobalIPv6Address: "",
    GlobalIPv6PrefixLen: 0,
    MacAddress: "",
  };
}

/** The names an endpoint answers to; the first is the one its address is resolved to. */
export function dnsNames(container: ContainerRecord, aliases: readonly string[]): string[] {
  const hostname = container.config.Hostname ?? "";
  return [...new Set([container.name, ...aliases, container.id.slice(0, 12), ...(hostname === "" ? [] : [hostname])])];
}

/** As `inspect` writes it: Docker's fields in Docker's order, null where Go has nil. */
export function endpointSettingsJson(settings: EndpointSettings): EndpointSettings {
  const fields: { readonly [K in keyof Required<EndpointSettings>]: EndpointSettings[K] | null } = {
    IPAMConfig: settings.IPAMConfig ?? null,
    Links: settings.Links ?? null,
    Aliases: settings.Aliases ?? null,
    MacAddress: settings.MacAddress ?? "",
    NetworkID: settings.NetworkID ?? "",
    EndpointID: settings.EndpointID ?? "",
    Gateway: settings.Gateway ?? "",
    IPAddress: settings.IPAddress ?? "",
    IPPrefixLen: settings.IPPrefixLen ?? 0,
    IPv6Gateway: settings.IPv6Gateway ?? "",
    GlobalIPv6Address: settings.GlobalIPv6Address ?? "",
    GlobalIPv6PrefixLen: settings.GlobalIPv6PrefixLen ?? 0,
    DriverOpts: settings.DriverOpts ?? null,
    DNSNames: settings.DNSNames ?? null,
  };
  return fields as EndpointSettings;
}
