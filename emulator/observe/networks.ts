import type { Link, Network } from "./reading.ts";
import type { RawReading } from "./observe.ts";

type RawLink = RawReading["networks"][number]["links"][number];

/**
 * The kernel names a veth's peer by its index alone. Two ends belong together when each names the other; ends in the
 * same namespace are looked for first, since then nothing can be mistaken.
 */
function peerOf(link: RawLink, namespace: number, networks: RawReading["networks"]): Link["peer"] {
  if (link.kind !== "veth" || link.peer === 0) return undefined;
  const own = networks.filter((network) => network.namespace === namespace);
  const others = networks.filter((network) => network.namespace !== namespace);
  for (const network of [...own, ...others]) {
    const other = network.links.find(
      (each) => each.kind === "veth" && each.index === link.peer && each.peer === link.index && each !== link,
    );
    if (other !== undefined) return { namespace: network.namespace, index: other.index };
  }
  return undefined;
}

function readLink(link: RawLink, namespace: number, networks: RawReading["networks"]): Link {
  return {
    index: link.index,
    name: link.name,
    kind: link.kind,
    up: link.up,
    mac: link.mac,
    mtu: link.mtu,
    master: link.master || undefined,
    peer: peerOf(link, namespace, networks),
    addresses: link.addresses.map(({ address, prefix }) => `${address}/${String(prefix)}`),
    rxBytes: link.rxBytes,
    rxPackets: link.rxPackets,
    txBytes: link.txBytes,
    txPackets: link.txPackets,
  };
}

export function readNetworks({ networks }: RawReading): Network[] {
  return networks.map(({ namespace, pid, name, links, routes }): Network => ({
    namespace,
    pid: pid || undefined,
    name: name === "" ? undefined : name,
    links: links.map((link) => readLink(link, namespace, networks)),
    routes: routes.map(({ destination, prefix, gateway, link }) => ({
      destination: prefix === 0 ? "default" : `${destination}/${String(prefix)}`,
      gateway: gateway === "" ? undefined : gateway,
      link,
    })),
  }));
}
