import { describe, expect, it } from "vitest";
import { parseDuration, parseTimestamp } from "./timestamp.ts";

describe("timestamps", () => {
  it("reads what the API takes", () => {
    const now = 1_700_000_000_000;
    expect(parseTimestamp("1700000000", now)).toBe(now);
    expect(parseTimestamp("1700000000.250000000", now)).toBe(now + 250);
    expect(parseTimestamp("1h30m", now)).toBe(now - 5_400_000);
    expect(parseTimestamp("2023-11-14T22:13:20Z", now)).toBe(now);
    expect(parseTimestamp("2023-11-14T23:13:20+01:00", now)).toBe(now);
    expect(parseTimestamp("2023-11-14", now)).toBe(Date.UTC(2023, 10, 14));
    expect(parseTimestamp("2023-11-14T22:13", now)).toBe(Date.UTC(2023, 10, 14, 22, 13));
    expect(() => parseTimestamp("bogus", now)).toThrow('failed to parse value as time or duration: "bogus"');
  });

  it("reads Go durations", () => {
    expect(parseDuration("1.5s")).toBe(1500);
    expect(parseDuration("-2m")).toBe(-120_000);
    expect(parseDuration("10")).toBeUndefined();
  });
});
