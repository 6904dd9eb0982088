import { bool, string } from "../../flag/scalar.ts";
import { atLeast } from "../../arguments.ts";
import { command } from "../../command.ts";
import { askDaemon } from "../../ask-daemon.ts";

export const install = command({
  use: "install [OPTIONS] PLUGIN [KEY=VALUE...]",
  short: "Install a plugin",
  args: atLeast(1),
  flags: {
    alias: string("", "Local name for plugin"),
    disable: bool("", "Do not enable the plugin on install"),
    "disable-content-trust": bool("", "Skip image verification", true),
    "grant-all-permissions": bool("", "Grant all permissions necessary to run the plugin"),
  },
  run: askDaemon("POST", "/plugins/pull"),
});
