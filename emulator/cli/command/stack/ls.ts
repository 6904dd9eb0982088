import { tableFormat } from "../../flag/format.ts";
import { noArguments } from "../../arguments.ts";
import { command } from "../../command.ts";
import { askDaemon } from "../../ask-daemon.ts";

export const ls = command({
  use: "ls [OPTIONS]",
  short: "List stacks",
  aliases: ["docker stack ls", "docker stack list"],
  args: noArguments,
  flags: {
    format: tableFormat(),
  },
  run: askDaemon("GET", "/services"),
});
