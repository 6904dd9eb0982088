import { bool } from "../../flag/scalar.ts";
import { filter } from "../../flag/list.ts";
import { tableFormat } from "../../flag/format.ts";
import { noArguments } from "../../arguments.ts";
import { command } from "../../command.ts";
import { askDaemon } from "../../ask-daemon.ts";

export const ls = command({
  use: "ls [OPTIONS]",
  short: "List plugins",
  aliases: ["docker plugin ls", "docker plugin list"],
  args: noArguments,
  flags: {
    filter: filter("f", 'Provide filter values (e.g. "enabled=true")'),
    format: tableFormat(),
    "no-trunc": bool("", "Don't truncate output"),
    quiet: bool("q", "Only display plugin IDs"),
  },
  run: askDaemon("GET", "/plugins"),
});
