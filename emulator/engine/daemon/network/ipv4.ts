/** IPv4 addresses as unsigned 32-bit numbers, and CIDR blocks of them. */

export interface Prefix {
  /** The first address of the block unless it was parsed with host bits, as an address of an interface is. */
  readonly address: number;
  readonly length: number;
}

/** Undefined for what Go's `netip.ParseAddr` refuses as IPv4: leading zeros, missing parts, numbers past 255. */
export function parseAddress(text: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (match === null) return undefined;
  let address = 0;
  for (const part of match.slice(1)) {
    const value = Number(part);
    if (value > 255 || String(value) !== part) return undefined;
    address = address * 256 + value;
  }
  return address;
}

export function formatAddress(address: number): string {
  return [address >>> 24, (address >>> 16) & 255, (address >>> 8) & 255, address & 255].join(".");
}

export function parsePrefix(text: string): Prefix | undefined {
  const match = /^([\d.]+)\/(\d{1,2})$/.exec(text);
  if (match === null) return undefined;
  const [, addressText = "", lengthText = ""] = match;
  const address = parseAddress(addressText);
  const length = Number(lengthText);
  if (address === undefined || length > 32 || String(length) !== lengthText) return undefined;
  return { address, length };
}

export function formatPrefix(prefix: Prefix): string {
  return `${formatAddress(prefix.address)}/${String(prefix.length)}`;
}

/** How many addresses the block has. */
export function sizeOf(prefix: Prefix): number {
  return 2 ** (32 - prefix.length);
}

/** The block without host bits. */
export function masked(prefix: Prefix): Prefix {
  const size = sizeOf(prefix);
  return { address: Math.floor(prefix.address / size) * size, length: prefix.length };
}

export function contains(prefix: Prefix, address: number): boolean {
  const { address: first } = masked(prefix);
  return address >= first && address < first + sizeOf(prefix);
}

export function overlaps(a: Prefix, b: Prefix): boolean {
  return contains(a, masked(b).address) || contains(b, masked(a).address);
}
