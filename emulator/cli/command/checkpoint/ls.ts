import { string } from "../../flag/scalar.ts";
import { anyArguments } from "../../arguments.ts";
import { command } from "../../command.ts";
import { askDaemon } from "../../ask-daemon.ts";

export const ls = command({
  use: "ls [OPTIONS] CONTAINER",
  short: "List checkpoints for a container",
  aliases: ["docker checkpoint ls", "docker checkpoint list"],
  args: anyArguments,
  flags: {
    "checkpoint-dir": string("", "Use a custom checkpoint storage directory"),
  },
  traits: { experimentalDaemon: true },
  run: askDaemon("GET", "/containers/*/checkpoints"),
});
