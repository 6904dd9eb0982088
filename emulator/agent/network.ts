import {
  GuestFileError,
  PortInUse,
  type BridgeConfig,
  type DnsHandler,
  type EndpointConfig,
  type NetworkDriver,
  type PortMapping,
} from "../engine/runtime.ts";
import type { ConnectedAgent } from "./connect.ts";
import { Firewall } from "./firewall.ts";
import { bridgeRules, portRules } from "./iptables.ts";

/** Under /run/docker/netns, and with that under /var/run/docker/netns as well. */
const netnsOf = (sandboxId: string): string => sandboxId.slice(0, 12);
const vethOf = (endpointId: string): string => `veth${endpointId.slice(0, 7)}`;

/** The engine's networks over the agent. Names follow from ids, so nothing has to be known again after a restore. */
export function networkDriver(agent: Pick<ConnectedAgent, "link" | "spawn">): NetworkDriver {
  const { link } = agent;
  const firewall = new Firewall(agent);
  const resolvers = new Map<string, DnsHandler>();
  link.on("DNS_QUERY", ({ netns, query, tcp, message }) => {
    const handler = resolvers.get(netns);
    const answer = handler === undefined ? Promise.resolve(new Uint8Array()) : handler(message, tcp ? "tcp" : "udp");
    // The link ends, and whoever asked with it.
    answer.then((answered) => link.call("DNS_ANSWER", { query, message: answered })).catch(() => undefined);
  });
  return {
    async createBridge(bridge) {
      await link.call("BRIDGE_CREATE", {
        name: bridge.bridge,
        address: bridge.address,
        mac: bridgeMac(bridge),
        mtu: bridge.mtu,
      });
      try {
        await firewall.add(bridgeRules(bridge));
      } catch (error) {
        await link.call("BRIDGE_REMOVE", { name: bridge.bridge });
        throw error;
      }
    },
    async removeBridge(bridge) {
      await Promise.all([firewall.delete(bridgeRules(bridge)), link.call("BRIDGE_REMOVE", { name: bridge.bridge })]);
    },
    async createSandbox(sandboxId) {
      const name = netnsOf(sandboxId);
      await link.call("NETNS_CREATE", { name });
      return { path: `/var/run/docker/netns/${name}` };
    },
    async removeSandbox(sandboxId) {
      const name = netnsOf(sandboxId);
      resolvers.delete(name);
      await link.call("NETNS_REMOVE", { name });
    },
    async connect(endpoint) {
      await link.call("VETH_CREATE", vethRequest(endpoint));
    },
    async disconnect({ endpointId }) {
      await link.call("VETH_REMOVE", { hostName: vethOf(endpointId) });
    },
    async setGateway(sandboxId, gateway = "") {
      await link.call("ROUTE_SET", { netns: netnsOf(sandboxId), gateway });
    },
    async publish(mapping) {
      await hold(mapping);
      try {
        await firewall.add(portRules(mapping));
      } catch (error) {
        await link.call("PORT_RELEASE", portRequest(mapping));
        throw error;
      }
    },
    async unpublish(mapping) {
      await Promise.all([firewall.delete(portRules(mapping)), link.call("PORT_RELEASE", portRequest(mapping))]);
    },
    async serveDns(sandboxId, handler) {
      const netns = netnsOf(sandboxId);
      resolvers.set(netns, handler);
      await link.call("DNS_SERVE", { netns });
    },
  };

  async function hold(mapping: PortMapping): Promise<void> {
    try {
      await link.call("PORT_HOLD", portRequest(mapping));
    } catch (error) {
      if (error instanceof GuestFileError && error.code === "EADDRINUSE") throw new PortInUse(mapping);
      throw error;
    }
  }
}

function portRequest({ protocol, hostIp, hostPort }: PortMapping) {
  return { tcp: protocol === "tcp", address: hostIp === "" ? "0.0.0.0" : hostIp, port: hostPort };
}

function vethRequest(endpoint: EndpointConfig) {
  return {
    netns: netnsOf(endpoint.sandboxId),
    bridge: endpoint.bridge,
    hostName: vethOf(endpoint.endpointId),
    name: endpoint.interfaceName,
    address: endpoint.address,
    mac: endpoint.macAddress,
    mtu: endpoint.mtu,
    gateway: endpoint.gateway ?? "",
  };
}

/** `02:42` and four bytes that stay the same for the network. */
function bridgeMac({ networkId }: BridgeConfig): string {
  return ["02", "42", ...(networkId.slice(0, 8).match(/../g) ?? [])].join(":");
}
