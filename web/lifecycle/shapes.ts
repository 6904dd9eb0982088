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

type Anchor = "start" | "middle" | "end";

/** `corners`: x and y by turns. Lines of the label are separated by line breaks. */
export function shape(
  edge: Edge,
  corners: readonly number[],
  text: string,
  x: number,
  y: number,
  anchor: Anchor,
): EdgeShape {
  const points = corners.flatMap((at, i): Point[] => (i % 2 === 0 ? [[at, corners[i + 1] ?? 0]] : []));
  return { edge, points, label: { lines: text.split("\n"), x, y, anchor } };
}
