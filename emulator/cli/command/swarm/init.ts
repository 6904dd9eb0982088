import { list } from "../../flag/list.ts";
import { listenAddress } from "./listen-address.ts";
import { bool, string, int, uint, uint32, duration } from "../../flag/scalar.ts";
import { noArguments } from "../../arguments.ts";
import { command } from "../../command.ts";
import { askDaemon } from "../../ask-daemon.ts";

export const init = command({
  use: "init [OPTIONS]",
  short: "Initialize a swarm",
  args: noArguments,
  flags: {
    "advertise-addr": string("", 'Advertised address (format: "<ip|interface>[:port]")'),
    autolock: bool("", "Enable manager autolocking (requiring an unlock key to start a stopped manager)"),
    availability: string("", 'Availability of the node ("active", "pause", "drain")', "active"),
    "cert-expiry": duration("", "Validity period for node certificates (ns|us|ms|s|m|h)", "2160h0m0s"),
    "data-path-addr": string("", 'Address or interface to use for data path traffic (format: "<ip|interface>")'),
    "data-path-port": uint32(
      "",
      "Port number to use for data path traffic (1024 - 49151). If no value is set or is set to 0, the default port (4789) is used.",
    ),
    "default-addr-pool": list("", "default address pool in CIDR format", { word: "ipNetSlice", shownDefault: "[]" }),
    "default-addr-pool-mask-length": uint32("", "default address pool subnet mask length", 24),
    "dispatcher-heartbeat": duration("", "Dispatcher heartbeat period (ns|us|ms|s|m|h)", "5s"),
    "external-ca": string("", "Specifications of one or more certificate signing endpoints", "", "external-ca"),
    "force-new-cluster": bool("", "Force create a new cluster from current state"),
    "listen-addr": listenAddress('Listen address (format: "<ip|interface>[:port]")'),
    "max-snapshots": uint("", "Number of additional Raft snapshots to retain"),
    "snapshot-interval": uint("", "Number of log entries between Raft snapshots", 10000),
    "task-history-limit": int("", "Task history retention limit", 5),
  },
  run: askDaemon("POST", "/swarm/init"),
});
