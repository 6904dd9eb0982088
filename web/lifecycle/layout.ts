import type { ContainerState } from "../../emulator/observe/lifecycle/facts.ts";
import type { Edge } from "../../emulator/observe/lifecycle/history.ts";

export type Point = readonly [x: number, y: number];

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export interface EdgeShape {
  readonly edge: Edge;
  /** Corners, from the state that is left to the state that is reached. */
  readonly points: readonly Point[];
  readonly label: {
    readonly lines: readonly string[];
    /** Of the first line's base. */
    readonly x: number;
    readonly y: number;
    readonly anchor: "start" | "middle" | "end";
  };
}

/** Where everything stands, in units of a sixteenth of the page's font size. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly boxes: Readonly<Record<ContainerState, Box>>;
  readonly edges: readonly EdgeShape[];
  /** Where every container comes from. */
  readonly origin: Point;
}

export const lineHeight = 15;
/** Of a label's letters, on average; a little too wide rather than too narrow. */
export const letterWidth = 6.3;
/** Narrower than this, all of it gets smaller. */
export const narrowest = 344;
const wideFrom = 740;
const widest = 1100;

export function layout(available: number): Layout {
  const width = Math.max(narrowest, Math.min(widest, available));
  return width < wideFrom ? tall(width) : wide(width);
}

type Anchor = "start" | "middle" | "end";
function shape(edge: Edge, points: readonly Point[], text: string, x: number, y: number, anchor: Anchor): EdgeShape {
  return { edge, points, label: { lines: text.split("\n"), x, y, anchor } };
}

/** Side by side: made at the left, ended at the right, taken away at the bottom. */
function wide(width: number): Layout {
  const cw = Math.round(width * 0.17);
  const rw = Math.max(228, Math.round(width * 0.24));
  const ew = Math.round(width * 0.2);
  const rx = cw + Math.max(100, Math.round(width * 0.115));
  const right = rx + rw;
  const ex = width - ew;
  const [top, middle, bottom] = [80, 128, 326] as const;
  const long = ex - right >= 260;
  const lane = (i: number): number => middle + 26 + i * 30;
  const boxes: Layout["boxes"] = {
    created: { x: 0, y: middle, w: cw, h: 160 },
    running: { x: rx, y: middle, w: rw, h: 160 },
    paused: { x: rx, y: 0, w: rw - 68, h: top },
    restarting: { x: ex, y: 0, w: ew, h: top },
    exited: { x: ex, y: middle, w: ew, h: 160 },
    removing: { x: rx, y: bottom, w: rw, h: 80 },
    dead: { x: 0, y: bottom, w: cw - 36, h: 80 },
    gone: { x: ex + 36, y: bottom, w: ew - 36, h: 80 },
  };
  const ends = (edge: Edge, i: number, text: string, more: string): EdgeShape =>
    shape(
      edge,
      [
        [right, lane(i)],
        [ex, lane(i)],
      ],
      long ? text + more : text,
      (right + ex) / 2,
      lane(i) - 6,
      "middle",
    );
  const edges = [
    shape(
      "create",
      [
        [cw / 2, 40],
        [cw / 2, middle],
      ],
      "docker create",
      cw / 2 + 8,
      88,
      "start",
    ),
    shape(
      "start",
      [
        [cw, lane(2)],
        [rx, lane(2)],
      ],
      "docker start",
      (cw + rx) / 2,
      lane(2) - 6,
      "middle",
    ),
    shape(
      "pause",
      [
        [rx + 36, middle],
        [rx + 36, top],
      ],
      "docker pause",
      rx + 30,
      109,
      "end",
    ),
    shape(
      "unpause",
      [
        [rx + 58, top],
        [rx + 58, middle],
      ],
      "docker unpause",
      rx + 64,
      109,
      "start",
    ),
    ends("end", 0, "the program ends", long ? ", with its exit code" : ""),
    ends("stop", 1, "docker stop", ": SIGTERM, then SIGKILL"),
    ends("kill", 2, "docker kill", ": SIGKILL"),
    ends("oom", 3, "out of memory", ": the kernel's SIGKILL"),
    shape(
      "startAgain",
      [
        [ex, lane(4)],
        [right, lane(4)],
      ],
      "docker start",
      (right + ex) / 2,
      lane(4) - 6,
      "middle",
    ),
    shape(
      "restart",
      [
        [ex, 22],
        [right - 46, 22],
        [right - 46, middle],
      ],
      "restart policy",
      (right - 46 + ex) / 2,
      16,
      "middle",
    ),
    shape(
      "fall",
      [
        [right - 20, middle],
        [right - 20, 56],
        [ex, 56],
      ],
      long ? "the program ends, and has --restart" : "ends, has --restart",
      (right - 20 + ex) / 2,
      50,
      "middle",
    ),
    shape(
      "giveUp",
      [
        [ex + 28, top],
        [ex + 28, middle],
      ],
      "docker stop",
      ex + 36,
      109,
      "start",
    ),
    shape(
      "removeCreated",
      [
        [cw - 16, 288],
        [cw - 16, bottom + 20],
        [rx, bottom + 20],
      ],
      "docker rm",
      (cw - 16 + rx) / 2,
      bottom + 14,
      "middle",
    ),
    shape(
      "remove",
      [
        [ex + 16, 288],
        [ex + 16, bottom + 20],
        [right, bottom + 20],
      ],
      "docker rm",
      (right + ex + 16) / 2,
      bottom + 14,
      "middle",
    ),
    shape(
      "fail",
      [
        [rx, bottom + 56],
        [cw - 36, bottom + 56],
      ],
      "that fails",
      (cw - 36 + rx) / 2,
      bottom + 50,
      "middle",
    ),
    shape(
      "removed",
      [
        [right, bottom + 56],
        [ex + 36, bottom + 56],
      ],
      "its files are deleted".slice(long ? 0 : "its files are ".length),
      (right + ex + 36) / 2,
      bottom + 50,
      "middle",
    ),
  ];
  return { width, height: 408, boxes, edges, origin: [cw / 2, 34] };
}

/** One below the other, for a phone. */
function tall(width: number): Layout {
  const [left, rightMargin] = [44, 54] as const;
  const third = (width - 24) / 3;
  const half = width / 2;
  const inner = width - left - rightMargin;
  const end = width - rightMargin;
  const [rowA, gapB, rowB, rowC, rowD, rowE] = [30, 102, 168, 336, 484, 584] as const;
  const boxes: Layout["boxes"] = {
    created: { x: 0, y: rowA, w: third, h: 72 },
    paused: { x: third + 12, y: rowA, w: third, h: 72 },
    restarting: { x: width - third, y: rowA, w: third, h: 72 },
    running: { x: left, y: rowB, w: inner, h: 98 },
    exited: { x: left, y: rowC, w: inner, h: 98 },
    removing: { x: width * 0.25, y: rowD, w: half, h: 52 },
    dead: { x: 0, y: rowE, w: width * 0.42, h: 52 },
    gone: { x: width * 0.58, y: rowE, w: width * 0.42, h: 52 },
  };
  const down = (edge: Edge, i: number, text: string): EdgeShape => {
    const x = left + 9 + (i * (inner - 9)) / 5;
    const points: Point[] = [
      [x, 266],
      [x, rowC],
    ];
    return shape(edge, edge === "startAgain" ? points.reverse() : points, text, x + 3, 296, "start");
  };
  const edges = [
    shape(
      "create",
      [
        [third / 2, 10],
        [third / 2, rowA],
      ],
      "docker create",
      third / 2 + 10,
      14,
      "start",
    ),
    shape(
      "start",
      [
        [78, gapB],
        [78, rowB],
      ],
      "docker\nstart",
      72,
      130,
      "end",
    ),
    shape(
      "pause",
      [
        [half - 36, rowB],
        [half - 36, gapB],
      ],
      "docker\npause",
      half - 41,
      130,
      "end",
    ),
    shape(
      "unpause",
      [
        [half - 12, gapB],
        [half - 12, rowB],
      ],
      "docker\nunpause",
      half - 7,
      130,
      "start",
    ),
    shape(
      "restart",
      [
        [end - 33, gapB],
        [end - 33, rowB],
      ],
      "policy",
      end - 38,
      137,
      "end",
    ),
    shape(
      "fall",
      [
        [end - 12, rowB],
        [end - 12, gapB],
      ],
      "ends",
      end - 7,
      137,
      "start",
    ),
    down("end", 0, "program\nends"),
    down("stop", 1, "docker\nstop"),
    down("kill", 2, "docker\nkill"),
    down("oom", 3, "out of\nmemory"),
    down("startAgain", 4, "docker\nstart"),
    shape(
      "giveUp",
      [
        [width - 12, gapB],
        [width - 12, rowC + 30],
        [end, rowC + 30],
      ],
      "docker\nstop",
      width - 16,
      210,
      "end",
    ),
    shape(
      "removeCreated",
      [
        [14, gapB],
        [14, rowD + 20],
        [width * 0.25, rowD + 20],
      ],
      "docker\nrm",
      19,
      456,
      "start",
    ),
    shape(
      "remove",
      [
        [half, 434],
        [half, rowD],
      ],
      "docker rm",
      half + 8,
      463,
      "start",
    ),
    shape(
      "fail",
      [
        [width * 0.32, 536],
        [width * 0.32, rowE],
      ],
      "that fails",
      width * 0.32 - 8,
      564,
      "end",
    ),
    shape(
      "removed",
      [
        [width * 0.68, 536],
        [width * 0.68, rowE],
      ],
      "deleted",
      width * 0.68 + 8,
      564,
      "start",
    ),
  ];
  return { width, height: 640, boxes, edges, origin: [third / 2, 6] };
}

const titleHeight = 26;
export const tokenHeight = 22;
const between = 4;

/** Places for tokens in a box; there is at least one. */
export function slots({ x, y, w, h }: Box, wanted: number): Box[] {
  const rows = Math.max(1, Math.floor((h - titleHeight) / (tokenHeight + between)));
  const columns = wanted > rows && w >= 190 ? 2 : 1;
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
