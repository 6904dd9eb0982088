import { atLeast } from "../../arguments.ts";
import { command } from "../../command.ts";
import { askDaemon } from "../../ask-daemon.ts";

export const set = command({
  use: "set PLUGIN KEY=VALUE [KEY=VALUE...]",
  short: "Change settings for a plugin",
  args: atLeast(2),
  flags: {},
  run: askDaemon("POST", "/plugins/*/set"),
});
