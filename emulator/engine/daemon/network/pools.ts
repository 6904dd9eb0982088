import { Forbidden, NotFound } from "../../errors.ts";
import { overlaps, sizeOf, type Prefix } from "./ipv4.ts";

/** Docker's local default pools: each `base` is cut into blocks of `length`. */
const defaultPools: readonly { readonly base: Prefix; readonly length: number }[] = [
  { base: { address: 0xac110000, length: 16 }, length: 16 }, // 172.17.0.0/16
  { base: { address: 0xac120000, length: 16 }, length: 16 }, // 172.18.0.0/16
  { base: { address: 0xac130000, length: 16 }, length: 16 }, // 172.19.0.0/16
  { base: { address: 0xac140000, length: 14 }, length: 16 }, // 172.20.0.0/14
  { base: { address: 0xac180000, length: 14 }, length: 16 }, // 172.24.0.0/14
  { base: { address: 0xac1c0000, length: 14 }, length: 16 }, // 172.28.0.0/14
  { base: { address: 0xc0a80000, length: 16 }, length: 20 }, // 192.168.0.0/16
];

/** The first default block that overlaps none in use. Throws NotFound when they are used up. */
export function defaultPool(used: readonly Prefix[]): Prefix {
  for (const { base, length } of defaultPools) {
    const step = sizeOf({ address: 0, length });
    for (let address = base.address; address < base.address + sizeOf(base); address += step) {
      const candidate = { address, length };
      if (!used.some((pool) => overlaps(pool, candidate))) return candidate;
    }
  }
  throw new NotFound(
    "could not find an available, non-overlapping IPv4 address pool among the defaults to assign to the network",
  );
}

/** Throws Forbidden when the block overlaps one in use. */
export function requestPool(wanted: Prefix, used: readonly Prefix[]): Prefix {
  if (used.some((pool) => overlaps(pool, wanted)))
    throw new Forbidden("Pool overlaps with other one on this address space");
  return wanted;
}
