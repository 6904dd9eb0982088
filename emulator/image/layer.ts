import { encodeName } from "./tar/name.ts";

/** A layer that no engine may unpack. `entry` is its name in the archive. */
export class HostileLayer extends Error {
  constructor(
    readonly entry: string,
    reason: string,
  ) {
    super(`invalid layer: ${JSON.stringify(entry)}: ${reason}`);
    this.name = "HostileLayer";
  }
}

/** As Linux has them. */
const NAME_MAX = 255;
const PATH_MAX = 4096;

/**
 * The parts of an entry's path, the root itself being none: `./usr//bin/` is `usr`, `bin`. Throws HostileLayer when the
 * path is absolute, climbs, or is none that Linux could hold.
 */
export function layerPath(name: string, entry: string = name): string[] {
  if (name === "") throw new HostileLayer(entry, "a path that is empty");
  if (name.startsWith("/")) throw new HostileLayer(entry, "a path that is absolute");
  if (name.includes("\0")) throw new HostileLayer(entry, "a path with a NUL in it");
  if (encodedLength(name) >= PATH_MAX) throw new HostileLayer(entry, "a path that is too long");
  const parts = name.split("/").filter((part) => part !== "" && part !== ".");
  for (const part of parts) {
    if (part === "..") throw new HostileLayer(entry, "a path that climbs out");
    if (encodedLength(part) > NAME_MAX) throw new HostileLayer(entry, "a name that is too long");
  }
  return parts;
}

function encodedLength(name: string): number {
  return name.length * 3 <= NAME_MAX ? name.length : encodeName(name).length;
}
