import { bool } from "../../flag/scalar.ts";
import { atLeast } from "../../arguments.ts";
import { command } from "../../command.ts";
import { askDaemon } from "../../ask-daemon.ts";

export const rm = command({
  use: "rm [OPTIONS] STACK [STACK...]",
  short: "Remove one or more stacks",
  aliases: ["docker stack rm", "docker stack remove", "docker stack down"],
  args: atLeast(1),
  flags: {
    detach: bool("d", "Do not wait for stack removal", true),
  },
  run: askDaemon("GET", "/services"),
});
