const digits = "0123456789abcdefghijklmnopqrstuvwxyz";

/** 25 characters of base 36, as BuildKit names builds, records and mounts. */
export function identity(random: (bytes: number) => Uint8Array): string {
  return Array.from(random(25), (byte) => digits.charAt(byte % 36)).join("");
}
