import { bool, string } from "../../flag/scalar.ts";
import { filter } from "../../flag/list.ts";
import { atLeast } from "../../arguments.ts";
import { command } from "../../command.ts";
import { askDaemon } from "../../ask-daemon.ts";

export const ps = command({
  use: "ps [OPTIONS] SERVICE [SERVICE...]",
  short: "List the tasks of one or more services",
  args: atLeast(1),
  flags: {
    filter: filter("f", "Filter output based on conditions provided"),
    format: string("", "Pretty-print tasks using a Go template"),
    "no-resolve": bool("", "Do not map IDs to Names"),
    "no-trunc": bool("", "Do not truncate output"),
    quiet: bool("q", "Only display task IDs"),
  },
  run: askDaemon("GET", "/services/*"),
});
