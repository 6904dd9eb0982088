import { NotImplemented } from "../errors.ts";
import type { Daemon } from "./daemon.ts";
import type { Networks } from "./providers.ts";

export function createNetworks(_daemon: Daemon): Networks {
  throw new NotImplemented("networks");
}
