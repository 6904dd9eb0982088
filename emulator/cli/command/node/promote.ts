import { atLeast } from "../../arguments.ts";
import { command } from "../../command.ts";
import { askDaemon } from "../../ask-daemon.ts";

export const promote = command({
  use: "promote NODE [NODE...]",
  short: "Promote one or more nodes to manager in the swarm",
  args: atLeast(1),
  flags: {},
  run: askDaemon("GET", "/nodes/*"),
});
