import { bool } from "../../flag/scalar.ts";
import { between } from "../../arguments.ts";
import { command } from "../../command.ts";
import { askDaemon } from "../../ask-daemon.ts";

export const upgrade = command({
  use: "upgrade [OPTIONS] PLUGIN [REMOTE]",
  short: "Upgrade an existing plugin",
  args: between(1, 2),
  flags: {
    "disable-content-trust": bool("", "Skip image verification", true),
    "grant-all-permissions": bool("", "Grant all permissions necessary to run the plugin"),
    "skip-remote-check": bool("", "Do not check if specified remote plugin matches existing plugin image"),
  },
  run: askDaemon("POST", "/plugins/*/upgrade"),
});
