import { string } from "../../flag/scalar.ts";
import { anyArguments } from "../../arguments.ts";
import { command } from "../../command.ts";
import { askDaemon } from "../../ask-daemon.ts";

export const rm = command({
  use: "rm [OPTIONS] CONTAINER CHECKPOINT",
  short: "Remove a checkpoint",
  aliases: ["docker checkpoint rm", "docker checkpoint remove"],
  args: anyArguments,
  flags: {
    "checkpoint-dir": string("", "Use a custom checkpoint storage directory"),
  },
  traits: { experimentalDaemon: true },
  run: askDaemon("DELETE", "/containers/*/checkpoints"),
});
