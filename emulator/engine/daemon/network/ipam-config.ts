import type { IPAM, IPAMConfig } from "../../../spec/engine-api.generated.ts";
import { Forbidden, InvalidParameter } from "../../errors.ts";
import { contains, formatPrefix, masked, overlaps, parseAddress, parsePrefix, type Prefix } from "./ipv4.ts";
import { joinErrors } from "./join-errors.ts";

/** The one IPv4 block a bridge network is asked to have. */
export interface RequestedPool {
  readonly subnet: Prefix;
  readonly range: Prefix | undefined;
  readonly gateway: number | undefined;
  readonly auxiliary: Readonly<Record<string, number>>;
}

/**
 * What an IPAM request asks for; undefined when it leaves the subnet to the engine. Throws InvalidParameter with all
 * that is wrong with it, one error a line.
 */
export function readIpamConfig(ipam: IPAM | undefined): RequestedPool | undefined {
  const configs = (ipam?.Config ?? []).filter((config) => !isIPv6(config.Subnet ?? ""));
  const errors = configs.flatMap(errorsOf);
  if (errors.length > 0) throw new InvalidParameter(`invalid network config:\n${joinErrors(errors)}`);
  const [config, ...more] = configs;
  if (config === undefined) return undefined;
  if (more.length > 0) throw new Forbidden("bridge driver doesn't support multiple subnets");
  const subnet = parsePrefix(config.Subnet ?? "");
  if (subnet === undefined) return undefined;
  return {
    subnet,
    range: parsePrefix(config.IPRange ?? ""),
    gateway: parseAddress(config.Gateway ?? ""),
    auxiliary: Object.fromEntries(
      Object.entries(config.AuxiliaryAddresses ?? {}).map(([name, text]) => [name, parseAddress(text) ?? 0]),
    ),
  };
}

function isIPv6(text: string): boolean {
  return /^[0-9a-f:.]*:[0-9a-f:.]*\/\d+$/i.test(text);
}

function errorsOf(config: IPAMConfig): string[] {
  const text = config.Subnet ?? "";
  const subnet = parsePrefix(text);
  if (subnet === undefined) return [`invalid subnet ${text}: invalid CIDR block notation`];
  const errors: string[] = [];
  if (masked(subnet).address !== subnet.address)
    errors.push(`invalid subnet ${text}: it should be ${formatPrefix(masked(subnet))}`);
  errors.push(...rangeErrors(config.IPRange ?? "", subnet));
  const gateway = addressError(config.Gateway ?? "", subnet);
  if (gateway !== undefined) errors.push(`invalid gateway ${config.Gateway ?? ""}: ${gateway}`);
  for (const [name, address] of Object.entries(config.AuxiliaryAddresses ?? {})) {
    const error = addressError(address, subnet);
    if (error !== undefined) errors.push(`invalid auxiliary address ${name}: ${error}`);
  }
  return errors;
}

function rangeErrors(text: string, subnet: Prefix): string[] {
  if (text === "") return [];
  if (isIPv6(text)) return [`invalid ip-range ${text}: parent subnet is an IPv4 block`];
  const range = parsePrefix(text);
  if (range === undefined) return [`invalid ip-range ${text}: invalid CIDR block notation`];
  const errors: string[] = [];
  const parent = formatPrefix(subnet);
  if (range.length < subnet.length)
    errors.push(`invalid ip-range ${text}: CIDR block is bigger than its parent subnet ${parent}`);
  if (masked(range).address !== range.address)
    errors.push(`invalid ip-range ${text}: it should be ${formatPrefix(masked(range))}`);
  if (!overlaps(subnet, range))
    errors.push(`invalid ip-range ${text}: parent subnet ${parent} doesn't contain ip-range`);
  return errors;
}

function addressError(text: string, subnet: Prefix): string | undefined {
  if (text === "") return undefined;
  if (/^[0-9a-f:.]*:[0-9a-f:.]*$/i.test(text)) return "parent subnet is an IPv4 block";
  const address = parseAddress(text);
  if (address === undefined) return "invalid address";
  return contains(subnet, address) ? undefined : `parent subnet ${formatPrefix(subnet)} doesn't contain this address`;
}
