import { bool } from "../../flag/scalar.ts";
import { strings } from "../../flag/list.ts";
import { noArguments } from "../../arguments.ts";
import { command } from "../../command.ts";
import { askDaemon } from "../../ask-daemon.ts";

export const config = command({
  use: "config [OPTIONS]",
  short: "Outputs the final config file, after doing merges and interpolations",
  args: noArguments,
  flags: {
    "compose-file": strings("c", 'Path to a Compose file, or "-" to read from stdin'),
    "skip-interpolation": bool("", "Skip interpolation and output only merged config"),
  },
  run: askDaemon("GET", "/services"),
});
