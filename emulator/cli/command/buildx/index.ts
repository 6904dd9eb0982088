import { group } from "../../command.ts";
import { build } from "./build.ts";
import { builderFlags } from "./builder-flags.ts";
import { du } from "./du.ts";
import { inspect } from "./inspect.ts";
import { ls } from "./ls.ts";
import { prune } from "./prune.ts";
import { version } from "./version.ts";

/** A plugin of Docker's client: not in the list of `docker --help`, which was recorded without plugins. */
export const buildx = group({
  use: "buildx",
  short: "Docker Buildx",
  long: "Extended build capabilities with BuildKit",
  flags: builderFlags,
  note: "Experimental commands and flags are hidden. Set BUILDX_EXPERIMENTAL=1 to show them.",
  commands: { build, du, inspect, ls, prune, version },
  traits: { hidden: true, plugin: true },
});
