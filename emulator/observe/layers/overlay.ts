import type { UpperReading } from "./facts.ts";
import { count, shortDigest } from "./size.ts";

/** One directory of the overlay mount. */
export interface OverlayRow {
  readonly role: "merged" | "upperdir" | "workdir" | "lowerdir";
  /** In the guest. */
  readonly path: string;
  /** Of a lowerdir: the layer it shows; undefined for the engine's init layer. */
  readonly diffId: string | undefined;
  /** Of a lowerdir: the index of that layer, 0 for the base; -1 for the init layer. */
  readonly layer: number;
}

export interface OverlayView {
  /** Top of the stack first, as overlayfs searches them. */
  readonly rows: readonly OverlayRow[];
  readonly question: string;
  readonly answer: string;
}

/** What is mounted as a container's root, by real paths. */
export function overlayView(reading: UpperReading): OverlayView {
  const { lowerDirs, upperDir, workDir, mergedDir, diffIds, container } = reading;
  // A layer that comes twice is mounted once, where it is topmost; above all of them is the engine's init layer.
  const topmost = diffIds
    .map((diffId, layer) => ({ diffId, layer }))
    .reverse()
    .filter(({ diffId }, i, all) => all.findIndex((each) => each.diffId === diffId) === i);
  const lower = lowerDirs.map((path, i): OverlayRow => {
    const layer = topmost[i - (lowerDirs.length - topmost.length)];
    return { role: "lowerdir", path, diffId: layer?.diffId, layer: layer?.layer ?? -1 };
  });
  const single = (role: OverlayRow["role"], path: string): OverlayRow => ({ role, path, diffId: undefined, layer: -1 });
  return {
    rows: [single("merged", mergedDir), single("upperdir", upperDir), ...lower, single("workdir", workDir)],
    question: `What is mounted as the root of ${container.name}?`,
    answer: container.running
      ? `${count(lower.length, "read-only directory", "read-only directories")} and one writable, seen as one.`
      : `It does not run, so nothing is mounted; the ${count(lower.length + 1, "directory", "directories")} are there.`,
  };
}

export function overlayText(view: OverlayView): string {
  const lines = view.rows.map(({ role, path, diffId, layer }) => {
    const what =
      role !== "lowerdir" ? "" : diffId === undefined ? "init layer" : `layer ${layer + 1}, ${shortDigest(diffId)}`;
    return `${role.padEnd(9)} ${path}${what === "" ? "" : `  ${what}`}`;
  });
  return [view.question, view.answer, "", ...lines, ""].join("\n");
}
