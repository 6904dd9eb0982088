import { bool } from "../../flag/scalar.ts";
import { filter } from "../../flag/list.ts";
import { tableFormat } from "../../flag/format.ts";
import { exactly } from "../../arguments.ts";
import { command } from "../../command.ts";
import { askDaemon } from "../../ask-daemon.ts";

export const ps = command({
  use: "ps [OPTIONS] STACK",
  short: "List the tasks in the stack",
  args: exactly(1),
  flags: {
    filter: filter("f", "Filter output based on conditions provided"),
    format: tableFormat(),
    "no-resolve": bool("", "Do not map IDs to Names"),
    "no-trunc": bool("", "Do not truncate output"),
    quiet: bool("q", "Only display task IDs"),
  },
  run: askDaemon("GET", "/services"),
});
