import { string } from "../../flag/scalar.ts";
import { list } from "../../flag/list.ts";
import { between } from "../../arguments.ts";
import { command } from "../../command.ts";
import { askDaemon } from "../../ask-daemon.ts";

export const create = command({
  use: "create [OPTIONS] SECRET [file|-]",
  short: "Create a secret from a file or STDIN as content",
  args: between(1, 2),
  flags: {
    driver: string("d", "Secret driver"),
    label: list("l", "Secret labels"),
    "template-driver": string("", "Template driver"),
  },
  run: askDaemon("POST", "/secrets/create"),
});
