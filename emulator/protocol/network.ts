/** Verbs and events of network namespaces, links and sockets in them: codes 0x3xx and 0x83xx. */
import { bool, bytes, text, u32 } from "./fields.ts";

const nothing = {};

export const networkVerbs = {
  /** A network namespace with lo up, at /run/docker/netns/NAME. */
  NETNS_CREATE: { code: 0x300, request: { name: text }, reply: nothing },
  /** With its DNS server and the links in it. */
  NETNS_REMOVE: { code: 0x301, request: { name: text }, reply: nothing },
  /** `address` with prefix length. IPv4 forwarding is on from the first bridge on. */
  BRIDGE_CREATE: { code: 0x302, request: { name: text, address: text, mac: text, mtu: u32 }, reply: nothing },
  BRIDGE_REMOVE: { code: 0x303, request: { name: text }, reply: nothing },
  /** A veth pair, both ends up. `gateway` "": no default route. */
  VETH_CREATE: {
    code: 0x304,
    request: {
      netns: text,
      bridge: text,
      hostName: text,
      name: text,
      address: text,
      mac: text,
      mtu: u32,
      gateway: text,
    },
    reply: nothing,
  },
  VETH_REMOVE: { code: 0x305, request: { hostName: text }, reply: nothing },
  /** Replaces the default route; "" takes it away. */
  ROUTE_SET: { code: 0x306, request: { netns: text, gateway: text }, reply: nothing },
  /** Binds a port, so that no process of the guest takes it. EADDRINUSE. */
  PORT_HOLD: { code: 0x307, request: { tcp: bool, address: text, port: u32 }, reply: nothing },
  PORT_RELEASE: { code: 0x308, request: { tcp: bool, address: text, port: u32 }, reply: nothing },
  /** Serves DNS at 127.0.0.11:53, udp and tcp, until the namespace is removed; nothing changes when it does already. */
  DNS_SERVE: { code: 0x309, request: { netns: text }, reply: nothing },
  /** An empty message: there is no answer. A query that is no longer there is no failure. */
  DNS_ANSWER: { code: 0x30a, request: { query: u32, message: bytes }, reply: nothing },
} as const;

export const networkEvents = {
  DNS_QUERY: { code: 0x8300, fields: { netns: text, query: u32, tcp: bool, message: bytes } },
} as const;
