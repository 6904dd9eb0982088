import type { Edge } from "../../emulator/observe/lifecycle/history.ts";
import type { Box, EdgeShape, Layout, Point } from "./shapes.ts";
import { sideBySide } from "./side-by-side.ts";
import { stacked } from "./stacked.ts";

export const lineHeight = 15;
/** Of a label's letters, on average; a little too wide rather than too narrow. */
export const letterWidth = 6.3;
/** Narrower than this, all of it gets smaller. */
const narrowest = 344;
const wideFrom = 740;
const widest = 1100;
/** Of the pane: what is lower gets lower boxes. */
const roomyFrom = 500;

/** Fits the width of a pane and, side by side, its height. */
export function layout(width: number, height = roomyFrom): Layout {
  const fitting = Math.max(narrowest, Math.min(widest, width));
  return fitting < wideFrom ? stacked(fitting) : sideBySide(fitting, height < roomyFrom);
}

const titleHeight = 26;
export const tokenHeight = 22;
const between = 4;

/** Places for tokens in a box; there is at least one. */
export function slots({ x, y, w, h }: Box, wanted: number): Box[] {
  const rows = Math.max(1, Math.floor((h - titleHeight) / (tokenHeight + between)));
  // Names stay readable: where there is room for one row alone, short ones are better than none.
  const columns = wanted > rows && w >= (rows < 2 ? 130 : 190) ? 2 : 1;
  const width = (w - 16 - (columns - 1) * 6) / columns;
  return Array.from({ length: rows * columns }, (_, i) => ({
    x: x + 8 + Math.floor(i / rows) * (width + 6),
    y: y + titleHeight + (i % rows) * (tokenHeight + between),
    w: width,
    h: tokenHeight,
  }));
}

/** The corners of several edges taken one after the other. */
export function way(shapes: readonly EdgeShape[], edges: readonly Edge[]): Point[] {
  return edges.flatMap((edge) => shapes.find((each) => each.edge === edge)?.points ?? []);
}

/** A line with rounded corners, as the `d` of a path. */
export function linePath(points: readonly Point[], radius = 8): string {
  return points
    .map(([x, y], i) => {
      const [before, after] = [points[i - 1], points[i + 1]];
      if (before === undefined) return `M${String(x)} ${String(y)}`;
      if (after === undefined) return `L${String(x)} ${String(y)}`;
      const [ax, ay] = toward([x, y], before, radius);
      const [bx, by] = toward([x, y], after, radius);
      return `L${String(ax)} ${String(ay)}Q${String(x)} ${String(y)} ${String(bx)} ${String(by)}`;
    })
    .join("");
}

/** The point of an arrow at the end of a line, as the `d` of a path. */
export function arrowPath(points: readonly Point[], size = 7): string {
  const [tip, before] = [points.at(-1), points.at(-2)];
  if (tip === undefined || before === undefined) return "";
  const [bx, by] = toward(tip, before, size);
  const [dx, dy] = [(by - tip[1]) * 0.5, (tip[0] - bx) * 0.5];
  return `M${String(tip[0])} ${String(tip[1])}L${String(bx + dx)} ${String(by + dy)}L${String(bx - dx)} ${String(by - dy)}Z`;
}

function toward([x, y]: Point, [tx, ty]: Point, by: number): Point {
  const length = Math.hypot(tx - x, ty - y);
  const share = length === 0 ? 0 : Math.min(by, length) / length;
  return [x + (tx - x) * share, y + (ty - y) * share];
}
