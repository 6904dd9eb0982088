import type { Edge } from "../../emulator/observe/lifecycle/history.ts";
import { shape, type EdgeShape, type Layout } from "./shapes.ts";

/** Side by side: made at the left, ended at the right, taken away at the bottom. */
export function sideBySide(width: number, low: boolean): Layout {
  const cw = Math.round(width * 0.17);
  const rw = Math.max(228, Math.round(width * 0.24));
  const ew = Math.round(width * 0.2);
  const rx = cw + Math.max(100, Math.round(width * 0.115));
  const right = rx + rw;
  const ex = width - ew;
  const [top, held, step] = low ? ([54, 130, 26] as const) : ([80, 160, 30] as const);
  const middle = top + (low ? 44 : 48);
  const bottom = middle + held + (low ? 28 : 38);
  const [into, outOf] = low ? ([18, 42] as const) : ([20, 56] as const);
  const long = ex - right >= 260;
  const lane = (i: number): number => middle + (low ? 22 : 26) + i * step;
  const [upper, lower] = low ? ([18, 42] as const) : ([22, 56] as const);
  const boxes: Layout["boxes"] = {
    created: { x: 0, y: middle, w: cw, h: held },
    running: { x: rx, y: middle, w: rw, h: held },
    paused: { x: rx, y: 0, w: rw - 68, h: top },
    restarting: { x: ex, y: 0, w: ew, h: top },
    exited: { x: ex, y: middle, w: ew, h: held },
    removing: { x: rx, y: bottom, w: rw, h: top },
    dead: { x: 0, y: bottom, w: cw - 36, h: top },
    gone: { x: ex + 36, y: bottom, w: ew - 36, h: top },
  };
  const ends = (edge: Edge, i: number, text: string, more: string): EdgeShape =>
    shape(edge, [right, lane(i), ex, lane(i)], long ? text + more : text, (right + ex) / 2, lane(i) - 6, "middle");
  const edges = [
    shape("create", [cw / 2, low ? 26 : 40, cw / 2, middle], "docker create", cw / 2 + 8, low ? 64 : 88, "start"),
    shape("start", [cw, lane(2), rx, lane(2)], "docker start", (cw + rx) / 2, lane(2) - 6, "middle"),
    shape("pause", [rx + 36, middle, rx + 36, top], "docker pause", rx + 30, middle - 18, "end"),
    shape("unpause", [rx + 58, top, rx + 58, middle], "docker unpause", rx + 64, middle - 18, "start"),
    ends("end", 0, "the program ends", long ? ", with its exit code" : ""),
    ends("stop", 1, "docker stop", ": SIGTERM, then SIGKILL"),
    ends("kill", 2, "docker kill", ": SIGKILL"),
    ends("oom", 3, "out of memory", ": the kernel's SIGKILL"),
    shape("startAgain", [ex, lane(4), right, lane(4)], "docker start", (right + ex) / 2, lane(4) - 6, "middle"),
    shape(
      "restart",
      [ex, upper, right - 46, upper, right - 46, middle],
      "restart policy",
      (right - 46 + ex) / 2,
      upper - 6,
      "middle",
    ),
    shape(
      "fall",
      [right - 20, middle, right - 20, lower, ex, lower],
      long ? "the program ends, and has --restart" : "ends, has --restart",
      (right - 20 + ex) / 2,
      lower - 6,
      "middle",
    ),
    shape("giveUp", [ex + 28, top, ex + 28, middle], "docker stop", ex + 36, middle - 18, "start"),
    shape(
      "removeCreated",
      [cw - 16, middle + held, cw - 16, bottom + into, rx, bottom + into],
      "docker rm",
      (cw - 16 + rx) / 2,
      bottom + into - 6,
      "middle",
    ),
    shape(
      "remove",
      [ex + 16, middle + held, ex + 16, bottom + into, right, bottom + into],
      "docker rm",
      (right + ex + 16) / 2,
      bottom + into - 6,
      "middle",
    ),
    shape(
      "fail",
      [rx, bottom + outOf, cw - 36, bottom + outOf],
      "that fails",
      (cw - 36 + rx) / 2,
      bottom + outOf - 6,
      "middle",
    ),
    shape(
      "removed",
      [right, bottom + outOf, ex + 36, bottom + outOf],
      long ? "its files are deleted" : "deleted",
      (right + ex + 36) / 2,
      bottom + outOf - 6,
      "middle",
    ),
  ];
  return { width, height: bottom + top, boxes, edges, origin: [cw / 2, low ? 20 : 34] };
}
