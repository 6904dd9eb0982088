import { bool } from "../../flag/scalar.ts";
import { atLeast } from "../../arguments.ts";
import { command } from "../../command.ts";
import { askDaemon } from "../../ask-daemon.ts";

export const rm = command({
  use: "rm [OPTIONS] NODE [NODE...]",
  short: "Remove one or more nodes from the swarm",
  aliases: ["docker node rm", "docker node remove"],
  args: atLeast(1),
  flags: {
    force: bool("f", "Force remove a node from the swarm"),
  },
  run: askDaemon("DELETE", "/nodes/*"),
});
