import { int } from "../../flag/scalar.ts";
import { exactly } from "../../arguments.ts";
import { command } from "../../command.ts";
import { askDaemon } from "../../ask-daemon.ts";

export const enable = command({
  use: "enable [OPTIONS] PLUGIN",
  short: "Enable a plugin",
  args: exactly(1),
  flags: {
    timeout: int("", "HTTP client timeout (in seconds)", 30),
  },
  run: askDaemon("POST", "/plugins/*/enable"),
});
