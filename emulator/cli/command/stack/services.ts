import { bool } from "../../flag/scalar.ts";
import { filter } from "../../flag/list.ts";
import { tableFormat } from "../../flag/format.ts";
import { exactly } from "../../arguments.ts";
import { command } from "../../command.ts";
import { askDaemon } from "../../ask-daemon.ts";

export const services = command({
  use: "services [OPTIONS] STACK",
  short: "List the services in the stack",
  args: exactly(1),
  flags: {
    filter: filter("f", "Filter output based on conditions provided"),
    format: tableFormat(),
    quiet: bool("q", "Only display IDs"),
  },
  run: askDaemon("GET", "/services"),
});
