import type { NetworkRecord } from "../../records.ts";

/** The networks a daemon has from its start: `bridge` with docker0, `host` and `none`. */
export function predefinedNetworks(newId: () => string, now: number): NetworkRecord[] {
  const plain = { created: now, scope: "local", internal: false, attachable: false, enableIPv6: false, labels: {} };
  const id = newId();
  const bare = (name: string, driver: string): NetworkRecord => ({
    ...plain,
    id: newId(),
    name,
    driver,
    ipam: {},
    options: {},
    pool: undefined,
    bridge: undefined,
    plumbed: true,
  });
  return [
    {
      ...plain,
      id,
      name: "bridge",
      driver: "bridge",
      ipam: {},
      options: {
        "com.docker.network.bridge.default_bridge": "true",
        "com.docker.network.bridge.enable_icc": "true",
        "com.docker.network.bridge.enable_ip_masquerade": "true",
        "com.docker.network.bridge.host_binding_ipv4": "0.0.0.0",
        "com.docker.network.bridge.name": "docker0",
        "com.docker.network.driver.mtu": "1500",
      },
      pool: { subnet: "172.17.0.0/16", range: "172.17.0.0/16", gateway: "172.17.0.1", auxiliary: {} },
      bridge: {
        networkId: id,
        bridge: "docker0",
        address: "172.17.0.1/16",
        subnet: "172.17.0.0/16",
        internal: false,
        masquerade: true,
        interContainer: true,
        mtu: 1500,
      },
      plumbed: false,
    },
    bare("host", "host"),
    bare("none", "null"),
  ];
}
