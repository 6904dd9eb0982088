import { bool, string, int, uint, duration } from "../../flag/scalar.ts";
import { noArguments } from "../../arguments.ts";
import { command } from "../../command.ts";
import { askDaemon } from "../../ask-daemon.ts";

export const update = command({
  use: "update [OPTIONS]",
  short: "Update the swarm",
  args: noArguments,
  flags: {
    autolock: bool("", "Change manager autolocking setting (true|false)"),
    "cert-expiry": duration("", "Validity period for node certificates (ns|us|ms|s|m|h)", "2160h0m0s"),
    "dispatcher-heartbeat": duration("", "Dispatcher heartbeat period (ns|us|ms|s|m|h)", "5s"),
    "external-ca": string("", "Specifications of one or more certificate signing endpoints", "", "external-ca"),
    "max-snapshots": uint("", "Number of additional Raft snapshots to retain"),
    "snapshot-interval": uint("", "Number of log entries between Raft snapshots", 10000),
    "task-history-limit": int("", "Task history retention limit", 5),
  },
  run: askDaemon("GET", "/swarm"),
});
