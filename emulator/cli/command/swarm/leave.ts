import { bool } from "../../flag/scalar.ts";
import { noArguments } from "../../arguments.ts";
import { command } from "../../command.ts";
import { askDaemon } from "../../ask-daemon.ts";

export const leave = command({
  use: "leave [OPTIONS]",
  short: "Leave the swarm",
  args: noArguments,
  flags: {
    force: bool("f", "Force this node to leave the swarm, ignoring warnings"),
  },
  run: askDaemon("POST", "/swarm/leave"),
});
