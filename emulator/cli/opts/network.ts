import type { EndpointIPAMConfig, EndpointSettings } from "../../spec/engine-api.generated.ts";
import { InvalidFlagValue, repeated, type Flag } from "../flag/flag.ts";
import { parseCsv } from "../flag/list.ts";
import { isMac } from "./address.ts";

/** One `--network`, in either form. */
export interface NetworkAttachment {
  readonly target: string;
  readonly aliases: readonly string[];
  readonly driverOptions: Readonly<Record<string, string>>;
  readonly ipv4: string;
  readonly ipv6: string;
  readonly linkLocalIps: readonly string[];
  readonly macAddress: string;
}

const none: NetworkAttachment = {
  target: "",
  aliases: [],
  driverOptions: {},
  ipv4: "",
  ipv6: "",
  linkLocalIps: [],
  macAddress: "",
};

export function networkAttachments(usage: string): Flag<readonly NetworkAttachment[]> {
  return repeated({ shorthand: "", usage, word: "network", parse: parseAttachment });
}

function parseAttachment(text: string): NetworkAttachment {
  if (!/^\w+=.*/.test(text)) return { ...none, target: text };
  let result = none;
  let named = false;
  for (const field of parseCsv(text)) {
    const at = field.indexOf("=");
    if (at === -1) throw new InvalidFlagValue(`invalid field ${field}`);
    const key = field.slice(0, at).trim().toLowerCase();
    const value = field.slice(at + 1).trim();
    named ||= key === "name";
    result = { ...result, ...attachmentField(result, key, value) };
  }
  if (!named) throw new InvalidFlagValue("network name/id is not specified");
  return result;
}

function attachmentField(known: NetworkAttachment, key: string, value: string): Partial<NetworkAttachment> {
  switch (key) {
    case "name":
      return { target: value };
    case "alias":
      return { aliases: [...known.aliases, value] };
    case "ip":
      return { ipv4: value };
    case "ip6":
      return { ipv6: value };
    case "mac-address":
      return { macAddress: value };
    case "link-local-ip":
      return { linkLocalIps: [...known.linkLocalIps, value] };
    case "driver-opt": {
      const at = value.indexOf("=");
      if (at === -1) throw new InvalidFlagValue("invalid key value pair format in driver options");
      return { driverOptions: { ...known.driverOptions, [value.slice(0, at)]: value.slice(at + 1) } };
    }
    case "gw-priority":
      if (!/^[+-]?\d+$/.test(value)) throw new InvalidFlagValue(`invalid gw-priority (${value}): invalid syntax`);
      return {};
    default:
      throw new InvalidFlagValue(`invalid field key ${key}`);
  }
}

/** The flags beside `--network` that speak of the first network. */
export interface FirstNetworkFlags {
  readonly aliases: readonly string[];
  readonly links: readonly string[];
  readonly ipv4: string;
  readonly ipv6: string;
  readonly linkLocalIps: readonly string[];
  readonly macAddress: string;
}

const DEFAULT = "default";
const builtin = new Set(["bridge", "host", "none", DEFAULT]);

function isUserDefined(target: string): boolean {
  return !builtin.has(target) && target !== "" && !target.startsWith("container:");
}

/** The first is the network mode, and takes what the other flags say; all of them are endpoints. */
export function endpoints(
  given: readonly NetworkAttachment[],
  first: FirstNetworkFlags,
): Record<string, EndpointSettings> {
  const result: Record<string, EndpointSettings> = {};
  const attachments = given.length === 0 ? [{ ...none, target: DEFAULT }] : given;
  for (const [index, attachment] of attachments.entries()) {
    const { target } = attachment;
    if (target === "") throw new Error("no name set for network");
    const merged = index === 0 ? mergeFirst(attachment, first) : attachment;
    if (!isUserDefined(target) && merged.aliases.length > 0)
      throw new Error("network-scoped aliases are only supported for user-defined networks");
    if (Object.hasOwn(result, target)) throw new Error(`network ${JSON.stringify(target)} is specified multiple times`);
    const endpoint = endpointOf(merged, index === 0 && isUserDefined(target) ? first.links : []);
    // A builtin network alone, with nothing said about it, is the network mode and no endpoint.
    const saysNothing = Object.keys(endpoint).length === 0 && given.length === 1 && !isUserDefined(target);
    if (!saysNothing) result[target] = endpoint;
  }
  const userDefined = attachments.filter(({ target }) => isUserDefined(target)).length;
  if (userDefined > 0 && userDefined < attachments.length)
    throw new Error("conflicting options: cannot attach both user-defined and non-user-defined network-modes");
  return result;
}

function mergeFirst(attachment: NetworkAttachment, first: FirstNetworkFlags): NetworkAttachment {
  const conflict = (flag: string, what: string): never => {
    throw new Error(`conflicting options: cannot specify both ${flag} and per-network ${what}`);
  };
  if (first.aliases.length > 0 && attachment.aliases.length > 0) conflict("--network-alias", "alias");
  if (first.ipv4 !== "" && attachment.ipv4 !== "") conflict("--ip", "IPv4 address");
  if (first.ipv6 !== "" && attachment.ipv6 !== "") conflict("--ip6", "IPv6 address");
  if (first.macAddress !== "" && attachment.macAddress !== "") conflict("--mac-address", "MAC address");
  if (first.linkLocalIps.length > 0 && attachment.linkLocalIps.length > 0)
    conflict("--link-local-ip", "link-local IP addresses");
  return {
    ...attachment,
    aliases: attachment.aliases.length > 0 ? attachment.aliases : first.aliases,
    ipv4: attachment.ipv4 || first.ipv4,
    ipv6: attachment.ipv6 || first.ipv6,
    macAddress: attachment.macAddress || first.macAddress,
    linkLocalIps: attachment.linkLocalIps.length > 0 ? attachment.linkLocalIps : first.linkLocalIps,
  };
}

function endpointOf(attachment: NetworkAttachment, links: readonly string[]): EndpointSettings {
  if (attachment.macAddress !== "" && !isMac(attachment.macAddress))
    throw new Error(`${attachment.macAddress} is not a valid mac address`);
  const ipam: NonNullable<EndpointIPAMConfig> = {
    ...(attachment.ipv4 === "" ? {} : { IPv4Address: attachment.ipv4 }),
    ...(attachment.ipv6 === "" ? {} : { IPv6Address: attachment.ipv6 }),
    ...(attachment.linkLocalIps.length === 0 ? {} : { LinkLocalIPs: attachment.linkLocalIps }),
  };
  return {
    ...(Object.keys(ipam).length === 0 ? {} : { IPAMConfig: ipam }),
    ...(attachment.aliases.length === 0 ? {} : { Aliases: attachment.aliases }),
    ...(links.length === 0 ? {} : { Links: links }),
    ...(attachment.macAddress === "" ? {} : { MacAddress: attachment.macAddress }),
    ...(Object.keys(attachment.driverOptions).length === 0 ? {} : { DriverOpts: attachment.driverOptions }),
  };
}
