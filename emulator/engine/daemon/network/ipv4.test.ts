import { describe, expect, it } from "vitest";
import { contains, formatPrefix, masked, overlaps, parseAddress, parsePrefix, type Prefix } from "./ipv4.ts";

const prefix = (text: string): Prefix => {
  const parsed = parsePrefix(text);
  if (parsed === undefined) throw new Error(text);
  return parsed;
};

describe("IPv4", () => {
  it("parses what Go parses", () => {
    expect(parseAddress("172.17.0.1")).toBe(0xac110001);
    expect(parseAddress("255.255.255.255")).toBe(0xffffffff);
    for (const bad of ["", "1.2.3", "1.2.3.4.5", "256.0.0.1", "01.2.3.4", "1.2.3.x", "::1"])
      expect(parseAddress(bad)).toBeUndefined();
    for (const bad of ["10.0.0.0", "10.0.0.0/33", "10.0.0.0/08", "notanet", "2001:db8::/64"])
      expect(parsePrefix(bad)).toBeUndefined();
  });

  it("masks, contains and overlaps across the sign bit", () => {
    expect(formatPrefix(masked(prefix("192.168.31.7/20")))).toBe("192.168.16.0/20");
    expect(contains(prefix("0.0.0.0/0"), 0xffffffff)).toBe(true);
    expect(contains(prefix("10.0.0.0/24"), parseAddress("10.0.1.0") ?? 0)).toBe(false);
    expect(overlaps(prefix("10.0.0.0/8"), prefix("10.55.0.0/24"))).toBe(true);
    expect(overlaps(prefix("10.55.0.0/24"), prefix("10.56.0.0/24"))).toBe(false);
  });
});
