/** Docker's MAC of an IPv4 address: `02:42` and its four bytes. */
export function macOf(address: number): string {
  const bytes = [0x02, 0x42, address >>> 24, (address >>> 16) & 255, (address >>> 8) & 255, address & 255];
  return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join(":");
}

/** The canonical form, or undefined for what Go's `net.ParseMAC` refuses of 48-bit addresses. */
export function parseMac(text: string): string | undefined {
  const pairs = /^[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}$/i;
  if (pairs.test(text)) return text.toLowerCase().replaceAll("-", ":");
  if (/^[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}$/i.test(text))
    return text
      .toLowerCase()
      .replaceAll(".", "")
      .replace(/..(?!$)/g, "$&:");
  return undefined;
}
