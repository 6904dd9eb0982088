import { bool } from "../../flag/scalar.ts";
import { filter } from "../../flag/list.ts";
import { tableFormat } from "../../flag/format.ts";
import { noArguments } from "../../arguments.ts";
import { command } from "../../command.ts";
import { askDaemon } from "../../ask-daemon.ts";

export const ls = command({
  use: "ls [OPTIONS]",
  short: "List secrets",
  aliases: ["docker secret ls", "docker secret list"],
  args: noArguments,
  flags: {
    filter: filter("f", "Filter output based on conditions provided"),
    format: tableFormat(),
    quiet: bool("q", "Only display IDs"),
  },
  run: askDaemon("GET", "/secrets"),
});
