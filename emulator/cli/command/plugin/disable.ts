import { bool } from "../../flag/scalar.ts";
import { exactly } from "../../arguments.ts";
import { command } from "../../command.ts";
import { askDaemon } from "../../ask-daemon.ts";

export const disable = command({
  use: "disable [OPTIONS] PLUGIN",
  short: "Disable a plugin",
  args: exactly(1),
  flags: {
    force: bool("f", "Force the disable of an active plugin"),
  },
  run: askDaemon("POST", "/plugins/*/disable"),
});
