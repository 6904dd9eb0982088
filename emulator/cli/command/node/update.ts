import { string } from "../../flag/scalar.ts";
import { list } from "../../flag/list.ts";
import { exactly } from "../../arguments.ts";
import { command } from "../../command.ts";
import { askDaemon } from "../../ask-daemon.ts";

export const update = command({
  use: "update [OPTIONS] NODE",
  short: "Update a node",
  args: exactly(1),
  flags: {
    availability: string("", 'Availability of the node ("active", "pause", "drain")'),
    "label-add": list("", 'Add or update a node label ("key=value")'),
    "label-rm": list("", "Remove a node label if exists"),
    role: string("", 'Role of the node ("worker", "manager")'),
  },
  run: askDaemon("GET", "/nodes/*"),
});
