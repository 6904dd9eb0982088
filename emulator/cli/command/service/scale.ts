import { bool } from "../../flag/scalar.ts";
import { atLeast } from "../../arguments.ts";
import { command } from "../../command.ts";
import { askDaemon } from "../../ask-daemon.ts";

export const scale = command({
  use: "scale SERVICE=REPLICAS [SERVICE=REPLICAS...]",
  short: "Scale one or multiple replicated services",
  args: atLeast(1),
  flags: {
    detach: bool("d", "Exit immediately instead of waiting for the service to converge"),
  },
  run: askDaemon("GET", "/services/*"),
});
