import { describe, expect, it } from "vitest";
import { allocateAddress } from "./addresses.ts";
import { choosePool, newNetwork } from "./create.ts";
import { readIpamConfig } from "./ipam-config.ts";
import { formatAddress, formatPrefix, parseAddress, parsePrefix, type Prefix } from "./ipv4.ts";
import { macOf, parseMac } from "./mac.ts";
import { defaultPool, requestPool } from "./pools.ts";

const prefix = (text: string): Prefix => {
  const parsed = parsePrefix(text);
  if (parsed === undefined) throw new Error(text);
  return parsed;
};
const network = { name: "net", id: "f".repeat(64) };
const request = (name: string, ipam = {}): Parameters<typeof newNetwork>[0]["request"] => ({ Name: name, IPAM: ipam });

describe("address pools", () => {
  it("gives Docker's defaults in order, around what is in use", () => {
    expect(formatPrefix(defaultPool([prefix("172.17.0.0/16")]))).toBe("172.18.0.0/16");
    expect(formatPrefix(defaultPool([prefix("172.17.0.0/16"), prefix("172.18.5.0/24")]))).toBe("172.19.0.0/16");
    expect(formatPrefix(defaultPool([prefix("172.16.0.0/12")]))).toBe("192.168.0.0/20");
  });

  it("ends after 31 of them", () => {
    const used: Prefix[] = [];
    for (let i = 0; i < 31; i++) used.push(defaultPool(used));
    expect(used.slice(-1).map(formatPrefix)).toEqual(["192.168.240.0/20"]);
    expect(() => defaultPool(used)).toThrow("could not find an available, non-overlapping IPv4 address pool");
  });

  it("refuses an overlap", () => {
    expect(() => requestPool(prefix("10.55.0.128/25"), [prefix("10.55.0.0/24")])).toThrow(
      "Pool overlaps with other one on this address space",
    );
  });
});

describe("addresses", () => {
  const subnet = prefix("10.56.0.0/29");
  it("gives the lowest free one, never the network's or the broadcast address", () => {
    const used = new Set<number>();
    const given: string[] = [];
    for (let i = 0; i < 6; i++) {
      const address = allocateAddress({ subnet, range: subnet, used }, undefined, network);
      used.add(address);
      given.push(formatAddress(address));
    }
    expect(given).toEqual(["10.56.0.1", "10.56.0.2", "10.56.0.3", "10.56.0.4", "10.56.0.5", "10.56.0.6"]);
    expect(() => allocateAddress({ subnet, range: subnet, used }, undefined, network)).toThrow(
      `no available IPv4 addresses on this network's address pools: net (${network.id})`,
    );
  });

  it("takes what is asked for only when it is free", () => {
    const used = new Set([parseAddress("10.56.0.5") ?? 0]);
    const wanted = (text: string): (() => number) => {
      return () => allocateAddress({ subnet, range: subnet, used }, parseAddress(text), network);
    };
    expect(wanted("10.56.0.4")()).toBe(parseAddress("10.56.0.4"));
    expect(wanted("10.56.0.5")).toThrow("Address already in use");
    expect(wanted("10.56.0.0")).toThrow("Address already in use");
    expect(wanted("10.57.0.1")).toThrow(
      "invalid address 10.57.0.1: It does not belong to any of this network's subnets",
    );
  });

  it("takes the gateway out of the range, and what is auxiliary", () => {
    const ipam = readIpamConfig({
      Config: [{ Subnet: "10.55.0.0/24", IPRange: "10.55.0.128/25", AuxiliaryAddresses: { router: "10.55.0.129" } }],
    });
    expect(choosePool(ipam, [], network)).toEqual({
      subnet: "10.55.0.0/24",
      range: "10.55.0.128/25",
      gateway: "10.55.0.128",
      auxiliary: { router: "10.55.0.129" },
    });
  });

  it("makes Docker's MAC addresses", () => {
    expect(macOf(parseAddress("172.17.0.2") ?? 0)).toBe("02:42:ac:11:00:02");
    expect(parseMac("02-42-0A-38-00-63")).toBe("02:42:0a:38:00:63");
    expect(parseMac("0242.0a38.0063")).toBe("02:42:0a:38:00:63");
    expect(parseMac("02:42:0a:38:00")).toBeUndefined();
  });
});

describe("network create", () => {
  const create = (body: ReturnType<typeof request>): ReturnType<typeof newNetwork> =>
    newNetwork({ request: body, id: "a".repeat(64), now: 0, networks: [] });

  it("words one error, and several, as Docker does", () => {
    expect(() => create(request("n", { Config: [{ Subnet: "notanet" }] }))).toThrow(
      "invalid network config:\ninvalid subnet notanet: invalid CIDR block notation",
    );
    expect(() => create(request("n", { Config: [{ Subnet: "10.0.0.1/24", Gateway: "10.1.0.1" }] }))).toThrow(
      "invalid network config:\n* invalid subnet 10.0.0.1/24: it should be 10.0.0.0/24\n* invalid gateway 10.1.0.1: parent subnet 10.0.0.1/24 doesn't contain this address",
    );
  });

  it("refuses what Docker refuses", () => {
    expect(() => create(request("bridge"))).toThrow("operation is not permitted on predefined bridge network");
    expect(() => create({ Name: "x", Driver: "host" })).toThrow('only one instance of "host" network is allowed');
    expect(() => create({ Name: "x", Driver: "overlay" })).toThrow("This node is not a swarm manager.");
    expect(() => create(request(""))).toThrow("invalid name: ");
    expect(() => create({ Name: "x", Options: { "com.docker.network.bridge.enable_icc": "maybe" } })).toThrow(
      "failed to parse com.docker.network.bridge.enable_icc value: maybe",
    );
  });

  it("names the bridge after the network, or as it is told", () => {
    expect(create(request("n")).bridge).toMatchObject({ bridge: "br-aaaaaaaaaaaa", address: "172.17.0.1/16" });
    const named = { Name: "n", Options: { "com.docker.network.bridge.name": "brtest" } };
    expect(create(named).bridge?.bridge).toBe("brtest");
    const network = create(named);
    expect(() =>
      newNetwork({ request: { ...named, Name: "m" }, id: "b".repeat(64), now: 0, networks: [network] }),
    ).toThrow("networks have same bridge name");
  });
});
