/** Values as Go prints them: the histories of images are full of them. */

/** `%q` of a string. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}

/** `%q` of a slice: `["a" "b"]`. */
export function quotedList(words: readonly string[]): string {
  return `[${words.map(quoted).join(" ")}]`;
}

/** `%v` of a slice: `[a b]`. */
export function plainList(words: readonly string[]): string {
  return `[${words.join(" ")}]`;
}

const units = [
  ["h", 3_600_000_000_000],
  ["m", 60_000_000_000],
] as const;

/** `%v` of a time.Duration in nanoseconds: `1h0m0s`, `1.5s`, `300ms`, `0s`. */
export function duration(nanoseconds: number): string {
  if (nanoseconds === 0) return "0s";
  if (nanoseconds < 1e9) {
    if (nanoseconds >= 1e6) return `${String(nanoseconds / 1e6)}ms`;
    if (nanoseconds >= 1e3) return `${String(nanoseconds / 1e3)}µs`;
    return `${String(nanoseconds)}ns`;
  }
  let rest = nanoseconds;
  let text = "";
  for (const [name, size] of units) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0 || text !== "") text += `${String(count)}${name}`;
  }
  return `${text}${String(rest / 1e9)}s`;
}
