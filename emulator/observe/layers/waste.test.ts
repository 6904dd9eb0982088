import { describe, expect, it } from "vitest";
import { listing } from "./testing/fixtures.ts";
import { percent, wasteText, wasteView } from "./waste.ts";

describe("wasteView", () => {
  it("is perfect where every path is in one layer", () => {
    const view = wasteView([listing("1", "a 10"), listing("2", "b 20")]);
    expect(view).toMatchObject({ efficiency: 1, wastedBytes: 0, files: [] });
    expect(view.answer).toBe("Efficiency 100.0 %: every file is in one layer only.");
  });

  it("counts all versions of a path, and takes the smallest as what is needed", () => {
    const view = wasteView([listing("1", "a 100", "b 50"), listing("2", "a 60")]);
    // (60 + 50) / (160 + 50)
    expect(view.efficiency).toBeCloseTo(110 / 210);
    expect(view.files).toEqual([{ path: "a", times: 2, bytes: 160, layers: [0, 1], removed: false }]);
    expect(view.wastedShare).toBeCloseTo(160 / 60);
  });

  it("counts a removed file as wholly wasted", () => {
    const view = wasteView([listing("1", "a 100", "b 100"), listing("2", ".wh.a")]);
    expect(view.efficiency).toBeCloseTo(100 / 200);
    expect(view.files).toEqual([{ path: "a", times: 2, bytes: 100, layers: [0, 1], removed: true }]);
  });

  it("counts a removed directory under its own name, with what it held", () => {
    const view = wasteView([listing("1", "d/", "d/x 10", "d/y 20"), listing("2", ".wh.d")]);
    // d/x 10, d/y 20, and d itself with the 30 that it held.
    expect(view.efficiency).toBe(1);
    expect(view.files).toEqual([]);
    const twice = wasteView([
      listing("1", "d/", "d/x 10"),
      listing("2", ".wh.d"),
      listing("3", "d/", "d/x 10"),
      listing("4", ".wh.d"),
    ]);
    expect(twice.files.map(({ path, bytes, times }) => [path, bytes, times])).toEqual([
      ["d", 20, 2],
      ["d/x", 20, 2],
    ]);
  });

  it("is perfect for no layers at all", () => {
    expect(wasteView([])).toMatchObject({ efficiency: 1, wastedShare: undefined });
  });

  it("is told as text", async () => {
    const view = wasteView([listing("1", "big 3000000", "gone 700"), listing("2", "big 3000000", ".wh.gone")]);
    await expect(wasteText(view)).toMatchFileSnapshot("testdata/waste.txt");
  });
});

it("never rounds up to a hundred percent", () => {
  expect(percent(0.99999)).toBe("99.9 %");
  expect(percent(1)).toBe("100.0 %");
});
