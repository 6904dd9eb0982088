import { atLeast } from "../../arguments.ts";
import { command } from "../../command.ts";
import { askDaemon } from "../../ask-daemon.ts";

export const demote = command({
  use: "demote NODE [NODE...]",
  short: "Demote one or more nodes from manager in the swarm",
  args: atLeast(1),
  flags: {},
  run: askDaemon("GET", "/nodes/*"),
});
