import { describe, expect, it } from "vitest";
import { containerStates } from "../../emulator/observe/lifecycle/facts.ts";
import { edges } from "../../emulator/observe/lifecycle/history.ts";
import { layout, letterWidth, lineHeight, linePath, slots, way } from "./layout.ts";
import type { Box, EdgeShape } from "./shapes.ts";

const widths = [300, 344, 358, 390, 480, 600, 739, 740, 780, 860, 1000, 1100];

function labelBox({ label: { lines, x, y, anchor } }: EdgeShape): Box {
  const w = Math.max(...lines.map((line) => line.length)) * letterWidth;
  const left = anchor === "start" ? x : anchor === "end" ? x - w : x - w / 2;
  return { x: left, y: y - 10, w, h: (lines.length - 1) * lineHeight + 13 };
}
const overlap = (a: Box, b: Box): boolean => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

const sizes = widths.flatMap((width) => [
  [width, 400],
  [width, 900],
]);
describe.each(sizes)("the diagram at a width of %d in a pane of %d", (width, height) => {
  const drawn = layout(width, height);
  const named = drawn.edges.map((shape) => ({ name: shape.edge, box: labelBox(shape) }));

  it("has every edge and every state within its frame", () => {
    expect(drawn.edges.map(({ edge }) => edge).sort()).toEqual([...edges].sort());
    for (const { x, y, w, h } of [
      ...containerStates.map((state) => drawn.boxes[state]),
      ...named.map(({ box }) => box),
    ]) {
      expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
      expect(x + w).toBeLessThanOrEqual(drawn.width + 0.01);
      expect(y + h).toBeLessThanOrEqual(drawn.height);
    }
  });

  it("has labels that cover no state and no other label", () => {
    const states = containerStates.map((state) => ({ name: state as string, box: drawn.boxes[state] }));
    const hits = named.flatMap(({ name, box }, i) =>
      [...states, ...named.slice(i + 1)].filter((other) => overlap(box, other.box)).map((other) => [name, other.name]),
    );
    expect(hits).toEqual([]);
  });

  it("has labels that no edge runs through", () => {
    const hits = named.flatMap(({ name, box }) =>
      drawn.edges
        .filter(({ points }) =>
          points.slice(1).some(([x, y], i) => {
            const [px, py] = points[i] ?? [x, y];
            return overlap(box, { x: Math.min(x, px), y: Math.min(y, py), w: Math.abs(x - px), h: Math.abs(y - py) });
          }),
        )
        .map(({ edge }) => [name, edge]),
    );
    expect(hits).toEqual([]);
  });
});

describe("tokens", () => {
  it("stand in two columns where one is too short", () => {
    const box = { x: 0, y: 0, w: 228, h: 160 };
    expect(slots(box, 3)).toHaveLength(5);
    expect(slots(box, 30)).toHaveLength(10);
    expect(slots(box, 30).at(-1)).toMatchObject({ x: 117, y: 130, w: 103 });
  });

  it("go along every edge that was taken", () => {
    const { edges: shapes } = layout(900);
    expect(way(shapes, ["remove", "removed"])).toHaveLength(5);
  });
});

it("lines bend softly", () => {
  expect(
    linePath([
      [0, 0],
      [0, 20],
      [30, 20],
    ]),
  ).toBe("M0 0L0 12Q0 20 8 20L30 20");
});
