import * as networks from "../../../client/network.ts";
import { string, int } from "../../flag/scalar.ts";
import { list, strings } from "../../flag/list.ts";
import { exactly } from "../../arguments.ts";
import { command } from "../../command.ts";

export const connect = command({
  use: "connect [OPTIONS] NETWORK CONTAINER",
  short: "Connect a container to a network",
  args: exactly(2),
  flags: {
    alias: strings("", "Add network-scoped alias for the container"),
    "driver-opt": strings("", "driver options for the network"),
    "gw-priority": int("", "Highest gw-priority provides the default gateway. Accepts positive and negative values."),
    ip: string("", 'IPv4 address (e.g., "172.30.100.104")'),
    ip6: string("", 'IPv6 address (e.g., "2001:db8::33")'),
    link: list("", "Add link to another container"),
    "link-local-ip": strings("", "Add a link-local address for the container"),
  },
  async run({ cli, flags, args }) {
    const [network = "", container = ""] = args;
    const driverOptions = parseDriverOptions(flags["driver-opt"]);
    await networks.connect(cli.engine, network, container, {
      IPAMConfig: {
        IPv4Address: flags.ip,
        IPv6Address: flags.ip6,
        LinkLocalIPs: flags["link-local-ip"],
      },
      Links: flags.link,
      Aliases: flags.alias,
      DriverOpts: driverOptions,
    });
    return 0;
  },
});

function parseDriverOptions(options: readonly string[]): Record<string, string> {
  const result: Record<string, string> = {};
  for (const option of options) {
    const at = option.indexOf("=");
    if (at === -1) throw new Error("invalid key/value pair format in driver options");
    result[option.slice(0, at).trim().toLowerCase()] = option.slice(at + 1).trim();
  }
  return result;
}
