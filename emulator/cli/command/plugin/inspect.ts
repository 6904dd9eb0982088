import { inspectFormat } from "../../flag/format.ts";
import { atLeast } from "../../arguments.ts";
import { command } from "../../command.ts";
import { askDaemon } from "../../ask-daemon.ts";

export const inspect = command({
  use: "inspect [OPTIONS] PLUGIN [PLUGIN...]",
  short: "Display detailed information on one or more plugins",
  args: atLeast(1),
  flags: {
    format: inspectFormat("f"),
  },
  run: askDaemon("GET", "/plugins/*/json"),
});
