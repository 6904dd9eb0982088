import { bool } from "../../flag/scalar.ts";
import { atLeast } from "../../arguments.ts";
import { command } from "../../command.ts";
import { askDaemon } from "../../ask-daemon.ts";

export const rm = command({
  use: "rm [OPTIONS] PLUGIN [PLUGIN...]",
  short: "Remove one or more plugins",
  aliases: ["docker plugin rm", "docker plugin remove"],
  args: atLeast(1),
  flags: {
    force: bool("f", "Force the removal of an active plugin"),
  },
  run: askDaemon("DELETE", "/plugins/*"),
});
