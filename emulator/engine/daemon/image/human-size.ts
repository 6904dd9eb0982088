const units = ["B", "kB", "MB", "GB", "TB", "PB"];

/** Bytes in decimal units with four significant digits, as Docker's progress shows them: `1.234MB`. */
export function humanSize(bytes: number): string {
  let unit = 0;
  let size = bytes;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  return `${String(Number(size.toPrecision(4)))}${units[unit] ?? ""}`;
}
