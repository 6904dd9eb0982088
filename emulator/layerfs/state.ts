import * as v from "valibot";
import type { LayerExport } from "./export.ts";
import { type ExportedLayer } from "./export.ts";
import type { Fid, FidTable } from "./fids.ts";
import { attributeOf } from "./place.ts";
import { MSIZE_MAX } from "./server.ts";

const uint32 = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffff_ffff));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/**
 * What the guest's 9P client knows of us, as plain data: it goes into a save beside the machine. A read or a listing
 * carries its own offset in 9P, so an open fid has no position; the bytes of an attribute are read again from the layer.
 */
export const layerFsState = v.strictObject({
  version: v.literal(1),
  msize: v.pipe(uint32, v.minValue(4096), v.maxValue(MSIZE_MAX)),
  nextQid: count,
  nextCookie: count,
  /** Also places whose layer is gone: their numbers stay taken. `present`: must be here before the state comes in. */
  layers: v.array(
    v.strictObject({
      name: v.string(),
      diffId: v.string(),
      qidBase: count,
      nodes: count,
      cookie: count,
      present: v.boolean(),
    }),
  ),
  fids: v.array(
    v.strictObject({
      fid: uint32,
      /** Null: the export's root. */
      layer: v.nullable(v.string()),
      node: count,
      open: v.boolean(),
      xattr: v.nullable(v.string()),
    }),
  ),
});
export type LayerFsState = v.InferOutput<typeof layerFsState>;

export class LayerFsStateError extends Error {
  constructor(reason: string) {
    super(`layerfs state: ${reason}`);
    this.name = "LayerFsStateError";
  }
}

export function exportState(layers: LayerExport, fids: FidTable, msize: number): LayerFsState {
  return {
    version: 1,
    msize,
    ...layers.counters,
    layers: [...layers.places()].map(({ name, diffId, qidBase, nodes, cookie, tree }) => ({
      name,
      diffId,
      qidBase,
      nodes,
      cookie,
      present: tree !== undefined,
    })),
    fids: [...fids.entries()].map(([fid, { layer, node, open, xattr }]) => ({
      fid,
      layer: layer?.name ?? null,
      node,
      open,
      xattr: xattr ?? null,
    })),
  };
}

/** All or nothing: throws LayerFsStateError, and then nothing has changed. */
export function importState(value: unknown, layers: LayerExport, fids: FidTable): { readonly msize: number } {
  const parsed = v.safeParse(layerFsState, value);
  if (!parsed.success) throw new LayerFsStateError(v.summarize(parsed.issues));
  const state = parsed.output;
  const places = placesOf(state, layers);
  const table = state.fids.map(({ fid, ...entry }): [number, Fid] => [fid, fidOf(entry, places)]);
  if (new Set(state.fids.map(({ fid }) => fid)).size !== table.length) throw new LayerFsStateError("a fid twice");
  layers.replace([...places.values()], state);
  fids.clear();
  for (const [fid, entry] of table) fids.put(fid, entry);
  return { msize: state.msize };
}

function placesOf(state: LayerFsState, layers: LayerExport): Map<string, ExportedLayer> {
  const places = new Map<string, ExportedLayer>();
  let taken = 0;
  let listed = 0;
  for (const { present, ...place } of state.layers) {
    const here = layers.find(place.name);
    if (present && here === undefined) throw new LayerFsStateError(`layer ${place.name} is not here`);
    if (here !== undefined && (here.diffId !== place.diffId || here.nodes !== place.nodes)) {
      if (present) throw new LayerFsStateError(`layer ${place.name} is not the one of the save`);
    }
    // Places were handed out in this order, one after the other.
    if (place.qidBase < Math.max(2, taken) || place.cookie <= Math.max(2, listed) || places.has(place.name)) {
      throw new LayerFsStateError(`layer ${place.name} is out of order`);
    }
    taken = place.qidBase + place.nodes;
    listed = place.cookie;
    const same = here?.diffId === place.diffId;
    const nameBytes = new TextEncoder().encode(place.name);
    places.set(place.name, { ...place, nameBytes, tree: same ? here.tree : undefined });
  }
  if (state.nextQid < taken || state.nextQid < 2 || state.nextCookie <= listed || state.nextCookie < 3) {
    throw new LayerFsStateError("numbers that are taken would be given again");
  }
  return places;
}

function fidOf(entry: Omit<LayerFsState["fids"][number], "fid">, places: Map<string, ExportedLayer>): Fid {
  const layer = entry.layer === null ? undefined : places.get(entry.layer);
  if (entry.layer !== null && layer === undefined) throw new LayerFsStateError(`a fid in unknown layer ${entry.layer}`);
  if (entry.node >= (layer?.nodes ?? 1)) throw new LayerFsStateError("a fid of no node");
  const xattr = entry.xattr ?? undefined;
  const value = xattr === undefined ? undefined : attributeOf(layer?.tree?.nodes[entry.node], xattr);
  if (xattr !== undefined && value === undefined && layer?.tree !== undefined) {
    throw new LayerFsStateError("a fid of no attribute");
  }
  return { layer, node: entry.node, open: entry.open, xattr, value };
}
