import { string } from "../../flag/scalar.ts";
import { list } from "../../flag/list.ts";
import { exactly } from "../../arguments.ts";
import { command } from "../../command.ts";
import { askDaemon } from "../../ask-daemon.ts";

export const create = command({
  use: "create [OPTIONS] CONFIG file|-",
  short: "Create a config from a file or STDIN",
  args: exactly(2),
  flags: {
    label: list("l", "Config labels"),
    "template-driver": string("", "Template driver"),
  },
  run: askDaemon("POST", "/configs/create"),
});
