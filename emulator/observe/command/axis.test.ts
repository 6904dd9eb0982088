import { describe, expect, it } from "vitest";
import { axisOf, duration } from "./axis.ts";

describe("the time axis", () => {
  it("is linear, with a few round ticks", () => {
    const axis = axisOf([10, 50, 312]);
    expect(axis.pieces).toHaveLength(1);
    expect(axis.at(0)).toBe(0);
    expect(axis.at(156)).toBeCloseTo(0.5);
    expect(axis.at(312)).toBe(1);
    expect(axis.ticks.map(({ label }) => label)).toEqual(["0", "100 ms", "200 ms"]);
  });

  it("is broken where a container only ran, so that the rest can be seen", () => {
    const axis = axisOf([10, 60, 280, 60_280, 60_300, 60_330]);
    const broken = axis.pieces.filter(({ isBreak }) => isBreak);
    expect(broken.map(({ from, to }) => [from, to])).toEqual([[280, 60_280]]);
    expect(axis.at(280)).toBeGreaterThan(0.7);
    expect(axis.at(60_280) - axis.at(280)).toBeCloseTo(0.08);
    expect(axis.at(60_330)).toBe(1);
    // Whatever its breaks, time does not run backwards.
    const places = Array.from({ length: 61 }, (_, i) => axis.at(i * 1006));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  it("has ticks that can be told apart behind a break", () => {
    const labels = axisOf([2, 14, 1020, 1060, 1090, 1120]).ticks.map(({ label }) => label);
    expect(labels).toEqual(["1.05 s", "1.10 s"]);
  });

  it("leaves room for what goes on", () => {
    const axis = axisOf([100], [], true);
    expect(axis.at(100)).toBeCloseTo(0.9);
    expect(axis.at(5000)).toBeCloseTo(0.9);
  });

  it("is not broken where somebody is at work", () => {
    const busy = [{ from: 280, to: 60_280 }];
    expect(axisOf([10, 60, 280, 60_280, 60_300], busy).pieces).toHaveLength(1);
  });

  it("is not broken for two moments, and stands at nothing", () => {
    expect(axisOf([5, 3000]).pieces.every(({ isBreak }) => !isBreak)).toBe(true);
    expect(axisOf([]).at(0)).toBe(0);
  });

  it.each([
    [0.32, "0.3 ms"],
    [9.96, "10 ms"],
    [312.4, "312 ms"],
    [999.6, "1 s"],
    [4812, "4.8 s"],
    [125_000, "2 min 5 s"],
  ])("writes %d as %s", (milliseconds, text) => {
    expect(duration(milliseconds)).toBe(text);
  });
});
