import * as networks from "../../../client/network.ts";
import { bool, string } from "../../flag/scalar.ts";
import { list, strings, map } from "../../flag/list.ts";
import { exactly } from "../../arguments.ts";
import { command } from "../../command.ts";
import { keyValues, validateLabel } from "../../opts/environment.ts";
import { ipamConfig } from "../../opts/ipam.ts";

export const create = command({
  use: "create [OPTIONS] NETWORK",
  short: "Create a network",
  args: exactly(1),
  flags: {
    attachable: bool("", "Enable manual container attachment"),
    "aux-address": map("", "Auxiliary IPv4 or IPv6 addresses used by Network driver"),
    "config-from": string("", "The network from which to copy the configuration"),
    "config-only": bool("", "Create a configuration only network"),
    driver: string("d", "Driver to manage the Network", "bridge"),
    gateway: strings("", "IPv4 or IPv6 Gateway for the master subnet"),
    ingress: bool("", "Create swarm routing-mesh network"),
    internal: bool("", "Restrict external access to the network"),
    "ip-range": strings("", "Allocate container ip from a sub-range"),
    "ipam-driver": string("", "IP Address Management Driver", "default"),
    "ipam-opt": map("", "Set IPAM driver specific options"),
    ipv4: bool("", "Enable or disable IPv4 address assignment", true),
    ipv6: bool("", "Enable or disable IPv6 address assignment"),
    label: list("", "Set metadata on a network", { parse: validateLabel }),
    opt: map("o", "Set driver specific options"),
    scope: string("", "Control the network's scope"),
    subnet: strings("", "Subnet in CIDR format that represents a network segment"),
  },
  async run({ cli, flags, changed, args }) {
    const [name = ""] = args;
    const Config = ipamConfig(flags.subnet, flags["ip-range"], flags.gateway, flags["aux-address"]);
    const created = await networks.create(cli.engine, {
      Name: name,
      Driver: flags.driver,
      Options: flags.opt,
      IPAM: { Driver: flags["ipam-driver"], Options: flags["ipam-opt"], Config },
      Internal: flags.internal,
      ...(changed.has("ipv6") ? { EnableIPv6: flags.ipv6 } : {}),
      Attachable: flags.attachable,
      Ingress: flags.ingress,
      Scope: flags.scope,
      ConfigOnly: flags["config-only"],
      ...(flags["config-from"] === "" ? {} : { ConfigFrom: { Network: flags["config-from"] } }),
      Labels: keyValues(flags.label),
    });
    if (created.Warning !== undefined && created.Warning !== "") await cli.err(`WARNING: ${created.Warning}\n`);
    await cli.out(`${created.Id ?? ""}\n`);
    return 0;
  },
});
