import type { LayerEntry, LayerListing } from "./facts.ts";
import { emptyRoot, heldSize, stackOn, type FileNode } from "./tree.ts";
import { count, nameText, sizeText } from "./size.ts";

/** A path that several layers hold, or hold and remove. */
export interface WastedFile {
  readonly path: string;
  /** In how many layers it is named, removals included. */
  readonly times: number;
  /** Bytes of all of them together. */
  readonly bytes: number;
  /** Indexes of the layers, base first. */
  readonly layers: readonly number[];
  readonly removed: boolean;
}

export interface WasteView {
  /** 0 to 1: what each path takes at least, against what all its versions take. */
  readonly efficiency: number;
  readonly wastedBytes: number;
  /** Of the layers above the base, 0 to 1; undefined when there are none. */
  readonly wastedShare: number | undefined;
  /** Most wasteful first. */
  readonly files: readonly WastedFile[];
  readonly question: string;
  readonly answer: string;
}

interface Discovered {
  bytes: number;
  least: number;
  layers: number[];
  removed: boolean;
}

/**
 * Efficiency and wasted bytes by dive's rule: each leaf of each layer's own tree counts under its path. A whiteout of a
 * directory counts what the directory held below, one of a file counts nothing; the score is the least size of every path
 * over the sum of all its sizes, and what is named twice or more is wasted with all its bytes.
 */
export function wasteView(listings: readonly LayerListing[]): WasteView {
  const found = new Map<string, Discovered>();
  const below = emptyRoot();
  for (const [layer, listing] of listings.entries()) {
    for (const entry of leaves(listing)) {
      let size = entry.size;
      if (entry.kind === "whiteout") size = directorySize(below, entry.path);
      const at = found.get(entry.path) ?? { bytes: 0, least: Infinity, layers: [], removed: false };
      at.bytes += size;
      at.least = Math.min(at.least, size);
      at.layers.push(layer);
      at.removed = entry.kind === "whiteout";
      found.set(entry.path, at);
    }
    stackOn(below, listing, layer);
  }
  let least = 0;
  let all = 0;
  const files: WastedFile[] = [];
  for (const [path, { bytes, least: smallest, layers, removed }] of found) {
    least += smallest;
    all += bytes;
    if (layers.length >= 2) files.push({ path, times: layers.length, bytes, layers, removed });
  }
  files.sort((a, b) => b.bytes - a.bytes || (a.path < b.path ? -1 : 1));
  const efficiency = all === 0 ? 1 : least / all;
  const wastedBytes = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const added = listings.slice(1).reduce((sum, { entries }) => sum + entries.reduce((s, e) => s + e.size, 0), 0);
  return {
    efficiency,
    wastedBytes,
    wastedShare: added === 0 ? undefined : wastedBytes / added,
    files,
    question: "How much space do the layers waste?",
    answer: answer(efficiency, wastedBytes, files.length),
  };
}

function answer(efficiency: number, bytes: number, files: number): string {
  const score = `Efficiency ${percent(efficiency)}`;
  if (files === 0) return `${score}: every file is in one layer only.`;
  return `${score}: ${sizeText(bytes)} in ${count(files, "path")} that several layers hold or remove.`;
}

export function percent(share: number): string {
  return `${(Math.floor(share * 1000) / 10).toFixed(1)} %`;
}

/** Names of a layer with nothing below them. An opaque mark is not counted, as it has no content. */
function leaves({ entries }: LayerListing): LayerEntry[] {
  const parents = new Set<string>();
  for (const { path } of entries)
    for (let slash = path.lastIndexOf("/"); slash > 0; slash = path.lastIndexOf("/", slash - 1)) {
      const parent = path.slice(0, slash);
      if (parents.has(parent)) break;
      parents.add(parent);
    }
  return entries.filter(({ path }) => path !== "" && !parents.has(path));
}

function directorySize(root: FileNode, path: string): number {
  let at: FileNode | undefined = root;
  for (const part of path.split("/")) at = at?.children?.get(part);
  return at?.children === undefined ? 0 : heldSize(at);
}

export function wasteText(view: WasteView, most = 50): string {
  const lines = view.files
    .slice(0, most)
    .map(
      ({ path, times, bytes, removed }) =>
        `${String(times).padStart(5)}  ${sizeText(bytes).padStart(8)}  /${nameText(path)}${removed ? "  removed in the end" : ""}`,
    );
  const table = lines.length === 0 ? [] : ["", "Count      Size  Path", ...lines];
  return [view.question, view.answer, ...table, ""].join("\n");
}
