import { Forbidden, InvalidParameter, System } from "../../errors.ts";
import { contains, formatAddress, formatPrefix, sizeOf, type Prefix } from "./ipv4.ts";

export interface AddressRequest {
  readonly subnet: Prefix;
  /** Where addresses that nobody asked for come from: the ip-range, or the subnet. */
  readonly range: Prefix;
  readonly used: ReadonlySet<number>;
}

/** The lowest free address of the range, as Docker's allocator gives it; undefined when there is none. */
export function lowestFree({ subnet, range, used }: AddressRequest): number | undefined {
  for (let address = range.address; address < range.address + sizeOf(range); address++)
    if (!used.has(address) && !isReserved(subnet, address)) return address;
  return undefined;
}

/** Network and broadcast address belong to nobody where the subnet is large enough to have them. */
function isReserved(subnet: Prefix, address: number): boolean {
  if (subnet.length >= 31) return false;
  return address === subnet.address || address === subnet.address + sizeOf(subnet) - 1;
}

/** Throws as Docker's network does: out of the subnet, taken, or none left. */
export function allocateAddress(
  request: AddressRequest,
  wanted: number | undefined,
  network: { readonly name: string; readonly id: string },
): number {
  if (wanted === undefined) {
    const free = lowestFree(request);
    if (free === undefined)
      throw new System(`no available IPv4 addresses on this network's address pools: ${network.name} (${network.id})`);
    return free;
  }
  if (!contains(request.subnet, wanted))
    throw new InvalidParameter(
      `invalid address ${formatAddress(wanted)}: It does not belong to any of this network's subnets`,
    );
  if (request.used.has(wanted) || isReserved(request.subnet, wanted)) throw new Forbidden("Address already in use");
  return wanted;
}

export function withLength(address: number, subnet: Prefix): string {
  return formatPrefix({ address, length: subnet.length });
}
