import { NotImplemented } from "../errors.ts";
import type { Daemon } from "./daemon.ts";
import type { Volumes } from "./providers.ts";

export function createVolumes(_daemon: Daemon): Volumes {
  throw new NotImplemented("volumes");
}
