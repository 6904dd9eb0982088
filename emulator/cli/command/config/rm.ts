import { atLeast } from "../../arguments.ts";
import { command } from "../../command.ts";
import { askDaemon } from "../../ask-daemon.ts";

export const rm = command({
  use: "rm CONFIG [CONFIG...]",
  short: "Remove one or more configs",
  aliases: ["docker config rm", "docker config remove"],
  args: atLeast(1),
  flags: {},
  run: askDaemon("DELETE", "/configs/*"),
});
