import { bool } from "../../flag/scalar.ts";
import { exactly } from "../../arguments.ts";
import { command } from "../../command.ts";
import { askDaemon } from "../../ask-daemon.ts";

export const joinToken = command({
  use: "join-token [OPTIONS] (worker|manager)",
  short: "Manage join tokens",
  args: exactly(1),
  flags: {
    quiet: bool("q", "Only display token"),
    rotate: bool("", "Rotate join token"),
  },
  run: askDaemon("GET", "/swarm"),
});
