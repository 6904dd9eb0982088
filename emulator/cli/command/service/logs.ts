import { bool, string } from "../../flag/scalar.ts";
import { exactly } from "../../arguments.ts";
import { command } from "../../command.ts";
import { askDaemon } from "../../ask-daemon.ts";

export const logs = command({
  use: "logs [OPTIONS] SERVICE|TASK",
  short: "Fetch the logs of a service or task",
  args: exactly(1),
  flags: {
    details: bool("", "Show extra details provided to logs"),
    follow: bool("f", "Follow log output"),
    "no-resolve": bool("", "Do not map IDs to Names in output"),
    "no-task-ids": bool("", "Do not include task IDs in output"),
    "no-trunc": bool("", "Do not truncate output"),
    raw: bool("", "Do not neatly format logs"),
    since: string(
      "",
      'Show logs since timestamp (e.g. "2013-01-02T13:23:37Z") or relative (e.g. "42m" for 42 minutes)',
    ),
    tail: string("n", "Number of lines to show from the end of the logs", "all"),
    timestamps: bool("t", "Show timestamps"),
  },
  run: askDaemon("GET", "/services/*/logs"),
});
