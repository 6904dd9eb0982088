import { describe, expect, it } from "vitest";
import { align } from "./tabwriter.ts";
import { parseTimestamp } from "./time.ts";
import { bytesSize, ellipsis, humanDuration, humanSize, truncateId } from "./units.ts";

describe("humanDuration", () => {
  const second = 1000;
  const minute = 60 * second;
  const hour = 60 * minute;
  const day = 24 * hour;
  for (const [milliseconds, text] of [
    [0, "Less than a second"],
    [second, "1 second"],
    [59 * second, "59 seconds"],
    [minute, "About a minute"],
    [119 * second, "About a minute"],
    [3 * minute, "3 minutes"],
    [59 * minute + 59 * second, "59 minutes"],
    [hour, "About an hour"],
    [89 * minute, "About an hour"],
    [90 * minute, "2 hours"],
    [47 * hour, "47 hours"],
    [2 * day, "2 days"],
    [13 * day, "13 days"],
    [14 * day, "2 weeks"],
    [60 * day, "2 months"],
    [729 * day, "24 months"],
    [730 * day, "2 years"],
  ] as const)
    it(`says ${text}`, () => expect(humanDuration(milliseconds)).toBe(text));
});

describe("sizes", () => {
  it("in powers of 1000", () =>
    expect([0, 999, 1000, 1095, 1_000_000, 187_654_321].map((size) => humanSize(size, 3))).toEqual([
      "0B",
      "999B",
      "1kB",
      "1.09kB",
      "1MB",
      "188MB",
    ]));
  it("in powers of 1024", () => expect([1023, 1024, 130_023_424].map(bytesSize)).toEqual(["1023B", "1KiB", "124MiB"]));
});

describe("cutting", () => {
  it("counts characters, and the ellipsis as one", () => {
    expect(ellipsis("abcdef", 6)).toBe("abcdef");
    expect(ellipsis("äöüß€x", 4)).toBe("äöü…");
  });
  it("takes an id's kind away", () => expect(truncateId("sha256:0123456789abcdef")).toBe("0123456789ab"));
});

describe("align", () => {
  it("pads columns to their widest cell", () => {
    expect(align("A\tB\tC\nlonger than ten\tx\ty\n")).toBe(
      "A                 B         C\nlonger than ten   x         y\n",
    );
  });
  it("starts a column anew after a line that has none", () => {
    expect(align("a\tb\nno cells\nlonger cell here\tc\n")).toBe("a         b\nno cells\nlonger cell here   c\n");
  });
});

describe("parseTimestamp", () => {
  const now = Date.UTC(2026, 0, 2, 3, 4, 5);
  for (const [text, seconds] of [
    ["10m", "1767322445.000000000"],
    ["1700000000", "1700000000"],
    ["1700000000.123456789", "1700000000.123456789"],
    ["2026-01-02", "1767312000.000000000"],
    ["2026-01-02T03:04", "1767323040.000000000"],
    ["2026-01-02T03:04:05.5Z", "1767323045.500000000"],
    ["2026-01-02T03:04:05+01:00", "1767319445.000000000"],
    ["nonsense", undefined],
  ] as const)
    it(`reads ${text}`, () => expect(parseTimestamp(text, now)).toBe(seconds));
});
