import { bool } from "../../flag/scalar.ts";
import { exactly } from "../../arguments.ts";
import { command } from "../../command.ts";
import { askDaemon } from "../../ask-daemon.ts";

export const push = command({
  use: "push [OPTIONS] PLUGIN[:TAG]",
  short: "Push a plugin to a registry",
  args: exactly(1),
  flags: {
    "disable-content-trust": bool("", "Skip image signing", true),
  },
  run: askDaemon("POST", "/plugins/*/push"),
});
