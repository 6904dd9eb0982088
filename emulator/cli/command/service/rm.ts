import { atLeast } from "../../arguments.ts";
import { command } from "../../command.ts";
import { askDaemon } from "../../ask-daemon.ts";

export const rm = command({
  use: "rm SERVICE [SERVICE...]",
  short: "Remove one or more services",
  aliases: ["docker service rm", "docker service remove"],
  args: atLeast(1),
  flags: {},
  run: askDaemon("DELETE", "/services/*"),
});
