const units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];

/** Bytes as the progress of a build shows them: whole below 1000, two decimals above. */
export function byteSize(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? String(value) : value.toFixed(2)}${units[unit] ?? ""}`;
}

/** `2.10kB / 20.45MB`, one figure where the total is not known, nothing before the first byte. */
export function byteProgress(current: number, total: number): string {
  if (total !== 0) return `${byteSize(current)} / ${byteSize(total)}`;
  return current === 0 ? "" : byteSize(current);
}
