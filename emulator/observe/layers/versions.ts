import type { LayerEntry, LayerListing } from "./facts.ts";
import { count, nameText, shortDigest, sizeText } from "./size.ts";

/** One layer's word on a path. */
export interface FileVersion {
  /** Index of the layer, 0 for the base. */
  readonly layer: number;
  readonly diffId: string;
  readonly what: "added" | "changed" | "removed";
  /** Why it is gone: its own whiteout, one of a directory above it, an opaque directory, or something else in its path. */
  readonly by: "whiteout" | "directory" | "opaque" | "replaced" | undefined;
  /** Undefined where it is removed. */
  readonly entry: LayerEntry | undefined;
}

export interface VersionsView {
  readonly path: string;
  /** Base first. */
  readonly versions: readonly FileVersion[];
  /** The one that a container sees. */
  readonly shown: FileVersion | undefined;
  readonly question: string;
  readonly answer: string;
}

/** In which layers a path has a version, and which of them shows in the end. */
export function versionsView(listings: readonly LayerListing[], path: string): VersionsView {
  const above = parents(path);
  const versions: FileVersion[] = [];
  let shown: FileVersion | undefined;
  for (const [layer, { diffId, entries }] of listings.entries()) {
    const entry = entries.find((each) => each.path === path);
    const isThere = shown !== undefined;
    if (entry !== undefined && entry.kind !== "whiteout") {
      shown = { layer, diffId, what: isThere ? "changed" : "added", by: undefined, entry };
      versions.push(shown);
      continue;
    }
    if (!isThere) continue;
    const by = entry !== undefined ? "whiteout" : hiddenBy(entries, above);
    if (by === undefined) continue;
    versions.push({ layer, diffId, what: "removed", by, entry: undefined });
    shown = undefined;
  }
  return {
    path,
    versions,
    shown,
    question: `Where does /${nameText(path)} come from?`,
    answer: answer(versions, shown),
  };
}

function parents(path: string): Set<string> {
  const found = new Set<string>();
  for (let slash = path.lastIndexOf("/"); slash > 0; slash = path.lastIndexOf("/", slash - 1))
    found.add(path.slice(0, slash));
  return found;
}

function hiddenBy(entries: readonly LayerEntry[], above: ReadonlySet<string>): FileVersion["by"] {
  for (const entry of entries) {
    if (!above.has(entry.path)) continue;
    if (entry.kind === "whiteout") return "directory";
    if (entry.kind !== "directory") return "replaced";
    if (entry.opaque) return "opaque";
  }
  return undefined;
}

function answer(versions: readonly FileVersion[], shown: FileVersion | undefined): string {
  if (versions.length === 0) return "No layer of this image has it.";
  const last = versions.at(-1);
  const real = versions.filter(({ entry }) => entry !== undefined).length;
  if (shown === undefined)
    return `Layer ${(last?.layer ?? 0) + 1} removes it; ${count(real, "version")} still in the layers below.`;
  if (versions.length === 1) return `Layer ${shown.layer + 1} brings it, and nothing changes it after.`;
  return `A container sees the one of layer ${shown.layer + 1}; ${count(real - 1, "older version")} still below it.`;
}

const reasons = {
  whiteout: "by a whiteout",
  directory: "with its directory",
  opaque: "behind an opaque directory",
  replaced: "by something else in its path",
} as const;

/** `changed`, `removed by a whiteout`. */
export function versionWords({ what, by }: FileVersion): string {
  return by === undefined ? what : `${what} ${reasons[by]}`;
}

export function versionsText(view: VersionsView): string {
  const lines = view.versions.map(
    (version) =>
      `layer ${version.layer + 1}  ${shortDigest(version.diffId)}  ${version.entry === undefined ? "" : sizeText(version.entry.size)}  ${versionWords(version)}${version === view.shown ? "  (what a container sees)" : ""}`,
  );
  return [view.question, view.answer, "", ...lines, ""].join("\n");
}
