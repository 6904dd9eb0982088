import { NotImplemented } from "../errors.ts";
import type { Daemon } from "./daemon.ts";
import type { Images } from "./providers.ts";

export function createImages(_daemon: Daemon): Images {
  throw new NotImplemented("images");
}
