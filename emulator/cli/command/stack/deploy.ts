import { bool, string } from "../../flag/scalar.ts";
import { strings } from "../../flag/list.ts";
import { exactly } from "../../arguments.ts";
import { command } from "../../command.ts";
import { askDaemon } from "../../ask-daemon.ts";

export const deploy = command({
  use: "deploy [OPTIONS] STACK",
  short: "Deploy a new stack or update an existing stack",
  aliases: ["docker stack deploy", "docker stack up"],
  args: exactly(1),
  flags: {
    "compose-file": strings("c", 'Path to a Compose file, or "-" to read from stdin'),
    detach: bool("d", "Exit immediately instead of waiting for the stack services to converge", true),
    prune: bool("", "Prune services that are no longer referenced"),
    quiet: bool("q", "Suppress progress output"),
    "resolve-image": string(
      "",
      'Query the registry to resolve image digest and supported platforms ("always", "changed", "never")',
      "always",
    ),
    "with-registry-auth": bool("", "Send registry authentication details to Swarm agents"),
  },
  run: askDaemon("GET", "/services"),
});
