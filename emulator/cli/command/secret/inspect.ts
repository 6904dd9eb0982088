import { bool } from "../../flag/scalar.ts";
import { inspectFormat } from "../../flag/format.ts";
import { atLeast } from "../../arguments.ts";
import { command } from "../../command.ts";
import { askDaemon } from "../../ask-daemon.ts";

export const inspect = command({
  use: "inspect [OPTIONS] SECRET [SECRET...]",
  short: "Display detailed information on one or more secrets",
  args: atLeast(1),
  flags: {
    format: inspectFormat("f"),
    pretty: bool("", "Print the information in a human friendly format"),
  },
  run: askDaemon("GET", "/secrets/*"),
});
