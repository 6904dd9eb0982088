import { bool, string } from "../../flag/scalar.ts";
import { anyArguments } from "../../arguments.ts";
import { command } from "../../command.ts";
import { askDaemon } from "../../ask-daemon.ts";

export const create = command({
  use: "create [OPTIONS] CONTAINER CHECKPOINT",
  short: "Create a checkpoint from a running container",
  args: anyArguments,
  flags: {
    "checkpoint-dir": string("", "Use a custom checkpoint storage directory"),
    "leave-running": bool("", "Leave the container running after checkpoint"),
  },
  traits: { experimentalDaemon: true },
  run: askDaemon("POST", "/containers/*/checkpoints"),
});
