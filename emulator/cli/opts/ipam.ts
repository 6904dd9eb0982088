import type { IPAMConfig } from "../../spec/engine-api.generated.ts";
import { isIpv4, isIpv6 } from "./address.ts";

/** Subnets with the ranges, gateways and other addresses that lie in them. */
export function ipamConfig(
  subnets: readonly string[],
  ranges: readonly string[],
  gateways: readonly string[],
  auxiliary: Readonly<Record<string, string>>,
): IPAMConfig[] {
  if (subnets.length < ranges.length || subnets.length < gateways.length)
    throw new Error("every ip-range or gateway must have a corresponding subnet");
  const result = new Map<string, IPAMConfig>();
  for (const subnet of subnets) {
    for (const other of result.keys())
      if (overlaps(subnet, other)) throw new Error("multiple overlapping subnet configuration is not supported");
    result.set(subnet, { Subnet: subnet, AuxiliaryAddresses: {} });
  }
  const place = (what: string, address: string, change: (known: IPAMConfig) => IPAMConfig): void => {
    for (const [subnet, known] of result)
      if (contains(subnet, address)) {
        result.set(subnet, change(known));
        return;
      }
    throw new Error(`no matching subnet for ${what} ${address}`);
  };
  for (const range of ranges)
    place("range", range, (known) => {
      if (known.IPRange !== undefined)
        throw new Error(
          `cannot configure multiple ranges (${range}, ${known.IPRange}) on the same subnet (${known.Subnet ?? ""})`,
        );
      return { ...known, IPRange: range };
    });
  for (const gateway of gateways)
    place("gateway", gateway, (known) => {
      if (known.Gateway !== undefined)
        throw new Error(
          `cannot configure multiple gateways (${gateway}, ${known.Gateway}) for the same subnet (${known.Subnet ?? ""})`,
        );
      return { ...known, Gateway: gateway };
    });
  for (const [name, address] of Object.entries(auxiliary))
    place("aux-address", address, (known) => ({
      ...known,
      AuxiliaryAddresses: { ...known.AuxiliaryAddresses, [name]: address },
    }));
  return [...result.values()];
}

/** A network as a number and how many leading bits count. */
interface Prefix {
  readonly bits: 32 | 128;
  readonly value: bigint;
  readonly length: number;
}

function prefix(subnet: string): Prefix {
  const slash = subnet.indexOf("/");
  const address = parse(slash === -1 ? "" : subnet.slice(0, slash));
  const length = Number(subnet.slice(slash + 1));
  if (address === undefined || !/^\d+$/.test(subnet.slice(slash + 1)) || length > address.bits)
    throw new Error(`invalid subnet: invalid CIDR address: ${subnet}`);
  return { ...address, length };
}

function parse(text: string): { bits: 32 | 128; value: bigint } | undefined {
  if (isIpv4(text)) return { bits: 32, value: text.split(".").reduce((sum, part) => sum * 256n + BigInt(part), 0n) };
  if (!isIpv6(text)) return undefined;
  const [head = "", tail] = text.split("::");
  const words = (part: string): string[] => (part === "" ? [] : part.split(":"));
  const [left, right] = [words(head), words(tail ?? "")];
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - left.length - right.length }, () => "0");
  const groups = [...left, ...zeros, ...right];
  return { bits: 128, value: groups.reduce((sum, group) => sum * 65536n + BigInt(`0x${group}`), 0n) };
}

function contains(subnet: string, address: string): boolean {
  const network = prefix(subnet);
  const inside = parse(address.split("/")[0] ?? "");
  if (inside === undefined || inside.bits !== network.bits) return false;
  const shift = BigInt(network.bits - network.length);
  return inside.value >> shift === network.value >> shift;
}

function overlaps(a: string, b: string): boolean {
  return contains(a, b.split("/")[0] ?? "") || contains(b, a.split("/")[0] ?? "");
}
