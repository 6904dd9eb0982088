import { atLeast } from "../../arguments.ts";
import { command } from "../../command.ts";
import { askDaemon } from "../../ask-daemon.ts";

export const rm = command({
  use: "rm SECRET [SECRET...]",
  short: "Remove one or more secrets",
  aliases: ["docker secret rm", "docker secret remove"],
  args: atLeast(1),
  flags: {},
  run: askDaemon("DELETE", "/secrets/*"),
});
