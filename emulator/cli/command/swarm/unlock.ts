import { noArguments } from "../../arguments.ts";
import { command } from "../../command.ts";
import { askDaemon } from "../../ask-daemon.ts";

export const unlock = command({
  use: "unlock",
  short: "Unlock swarm",
  args: noArguments,
  flags: {},
  run: askDaemon("POST", "/swarm/unlock"),
});
