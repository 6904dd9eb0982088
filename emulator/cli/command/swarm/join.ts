import { listenAddress } from "./listen-address.ts";
import { string } from "../../flag/scalar.ts";
import { exactly } from "../../arguments.ts";
import { command } from "../../command.ts";
import { askDaemon } from "../../ask-daemon.ts";

export const join = command({
  use: "join [OPTIONS] HOST:PORT",
  short: "Join a swarm as a node and/or manager",
  args: exactly(1),
  flags: {
    "advertise-addr": string("", 'Advertised address (format: "<ip|interface>[:port]")'),
    availability: string("", 'Availability of the node ("active", "pause", "drain")', "active"),
    "data-path-addr": string("", 'Address or interface to use for data path traffic (format: "<ip|interface>")'),
    "listen-addr": listenAddress('Listen address (format: "<ip|interface>[:port]")'),
    token: string("", "Token for entry into the swarm"),
  },
  run: askDaemon("POST", "/swarm/join"),
});
