import type { DirectoryName, LayerNode } from "./node.ts";
import { encodeName } from "../image/tar/name.ts";
import type { LayerTree } from "./tree.ts";

/**
 * A place in the export, kept for good: its qids belong to this name and this content, also while the layer is gone.
 * Content that comes back under its name is the same files again, so the guest's caches stay right.
 */
export interface ExportedLayer {
  readonly name: string;
  readonly nameBytes: Uint8Array;
  /** Diff id of the content. */
  readonly diffId: string;
  /** qid.path of node n is `qidBase + n`. */
  qidBase: number;
  readonly nodes: number;
  /** Offset of this name in a listing of the export's root. */
  readonly cookie: number;
  /** Undefined while the layer is not there: its fids are stale. */
  tree: LayerTree | undefined;
}

/** qid.path of the export's root, the directory that lists the layers. */
export const ROOT_QID = 1;
const FIRST_QID = 2;
/** The 32-bit guest folds longer ones, and adds 2. */
const QID_LIMIT = 2 ** 32 - 16;
/** Offsets 1 and 2 are `.` and `..`. */
const FIRST_COOKIE = 3;

export class LayerNameTaken extends Error {
  constructor(name: string) {
    super(`a layer named ${name} with other content is exported already`);
    this.name = "LayerNameTaken";
  }
}

/** The layers that are served, by the name of their directory: 64 hex digits of the diff id, or a word like `tools`. */
export class LayerExport {
  private readonly layers = new Map<string, ExportedLayer>();
  private nextQid = FIRST_QID;
  private nextCookie = FIRST_COOKIE;

  add(name: string, diffId: string, tree: LayerTree): ExportedLayer {
    if (!/^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/.test(name))
      throw new Error(`not a name for a layer: ${JSON.stringify(name)}`);
    const before = this.layers.get(name);
    if (before !== undefined && before.diffId !== diffId) {
      // New content: other files, so other qids. The place of the old content is given up, and its qids with it.
      if (before.tree !== undefined) throw new LayerNameTaken(name);
      this.layers.delete(name);
    } else if (before !== undefined) {
      before.tree = tree;
      return before;
    }
    const layer: ExportedLayer = {
      name,
      nameBytes: encodeName(name),
      diffId,
      qidBase: this.take(tree.nodes.length),
      nodes: tree.nodes.length,
      cookie: this.nextCookie++,
      tree,
    };
    this.layers.set(name, layer);
    return layer;
  }

  /** Fids into the layer answer ESTALE from now on. */
  remove(name: string): void {
    const layer = this.layers.get(name);
    if (layer !== undefined) layer.tree = undefined;
  }

  /** The layer that is there under this name. */
  find(name: string): ExportedLayer | undefined {
    const layer = this.layers.get(name);
    return layer?.tree === undefined ? undefined : layer;
  }

  /** Every place, also of layers that are gone. */
  places(): IterableIterator<ExportedLayer> {
    return this.layers.values();
  }

  place(name: string): ExportedLayer | undefined {
    return this.layers.get(name);
  }

  /** What is there, as the root lists it; offsets do not move when layers come and go. */
  *listing(after: number): Generator<ExportedLayer & { readonly tree: LayerTree }> {
    for (const layer of this.layers.values()) {
      if (layer.cookie > after && layer.tree !== undefined) yield layer as ExportedLayer & { readonly tree: LayerTree };
    }
  }

  get counters(): { readonly nextQid: number; readonly nextCookie: number } {
    return { nextQid: this.nextQid, nextCookie: this.nextCookie };
  }

  /** Puts the places of a save in the stead of those here; every tree that the save names must be here. */
  replace(places: readonly ExportedLayer[], counters: { readonly nextQid: number; readonly nextCookie: number }): void {
    const extra = [...this.layers.values()].filter((layer) => !places.some(({ name }) => name === layer.name));
    this.layers.clear();
    this.nextQid = counters.nextQid;
    this.nextCookie = counters.nextCookie;
    for (const place of places) this.layers.set(place.name, place);
    for (const { name, diffId, tree } of extra) if (tree !== undefined) this.add(name, diffId, tree);
  }

  private take(count: number): number {
    const base = this.nextQid;
    if (base + count > QID_LIMIT) throw new Error("layerfs: no inode numbers left");
    this.nextQid = base + count;
    return base;
  }
}

const noNames: readonly DirectoryName[] = [];

/** A directory's names in a fixed order, encoded once. */
export function namesOf(directory: LayerNode): readonly DirectoryName[] {
  if (directory.children === undefined) return noNames;
  directory.names ??= [...directory.children].map(([name, node]) => ({ name: encodeName(name), node }));
  return directory.names;
}
