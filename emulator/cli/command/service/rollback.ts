import { bool } from "../../flag/scalar.ts";
import { exactly } from "../../arguments.ts";
import { command } from "../../command.ts";
import { askDaemon } from "../../ask-daemon.ts";

export const rollback = command({
  use: "rollback [OPTIONS] SERVICE",
  short: "Revert changes to a service's configuration",
  args: exactly(1),
  flags: {
    detach: bool("d", "Exit immediately instead of waiting for the service to converge"),
    quiet: bool("q", "Suppress progress output"),
  },
  run: askDaemon("GET", "/services/*"),
});
