import { bool } from "../../flag/scalar.ts";
import { noArguments } from "../../arguments.ts";
import { command } from "../../command.ts";
import { askDaemon } from "../../ask-daemon.ts";

export const unlockKey = command({
  use: "unlock-key [OPTIONS]",
  short: "Manage the unlock key",
  args: noArguments,
  flags: {
    quiet: bool("q", "Only display token"),
    rotate: bool("", "Rotate unlock key"),
  },
  run: askDaemon("GET", "/swarm/unlockkey"),
});
