import type { Edge } from "../../emulator/observe/lifecycle/history.ts";
import { shape, type EdgeShape, type Layout } from "./shapes.ts";

/** One below the other, for a phone. */
export function stacked(width: number): Layout {
  const [left, rightMargin] = [42, 57] as const;
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
  const between = (edge: Edge, i: number, text: string): EdgeShape => {
    const x = left + 9 + (i * (inner - 9)) / 5;
    const down = [x, 266, x, rowC];
    const up = [x, rowC, x, 266];
    return shape(edge, edge === "startAgain" ? up : down, text, x + 3, 296, "start");
  };
  const edges = [
    shape("create", [third / 2, 10, third / 2, rowA], "docker create", third / 2 + 10, 14, "start"),
    shape("start", [78, gapB, 78, rowB], "docker\nstart", 72, 130, "end"),
    shape("pause", [half - 36, rowB, half - 36, gapB], "docker\npause", half - 41, 130, "end"),
    shape("unpause", [half - 12, gapB, half - 12, rowB], "docker\nunpause", half - 7, 130, "start"),
    shape("restart", [end - 33, gapB, end - 33, rowB], "policy", end - 38, 137, "end"),
    shape("fall", [end - 12, rowB, end - 12, gapB], "ends", end - 7, 137, "start"),
    between("end", 0, "program\nends"),
    between("stop", 1, "docker\nstop"),
    between("kill", 2, "docker\nkill"),
    between("oom", 3, "out of\nmemory"),
    between("startAgain", 4, "docker\nstart"),
    shape("giveUp", [width - 10, gapB, width - 10, rowC + 30, end, rowC + 30], "docker\nstop", width - 14, 210, "end"),
    shape("removeCreated", [14, gapB, 14, rowD + 20, width * 0.25, rowD + 20], "docker\nrm", 19, 456, "start"),
    shape("remove", [half, 434, half, rowD], "docker rm", half + 8, 463, "start"),
    shape("fail", [width * 0.32, 536, width * 0.32, rowE], "that fails", width * 0.32 - 8, 564, "end"),
    shape("removed", [width * 0.68, 536, width * 0.68, rowE], "deleted", width * 0.68 + 8, 564, "start"),
  ];
  return { width, height: 640, boxes, edges, origin: [third / 2, 6] };
}
