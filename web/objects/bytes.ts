const units = ["B", "kB", "MB", "GB", "TB"];

/** A size as `docker images` prints it: powers of 1000, three significant digits. */
export function bytes(size: number): string {
  let value = size;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${Number(value.toPrecision(3))}${units[unit]}`;
}
