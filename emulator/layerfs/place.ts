import { decodeName, encodeName } from "../image/tar/name.ts";
import type { ExportedLayer, LayerExport } from "./export.ts";
import type { Fid } from "./fids.ts";
import { isDirectory, type LayerNode } from "./node.ts";

/** A node of the export; its root has neither layer nor node. */
export interface Place {
  readonly layer: ExportedLayer | undefined;
  readonly node: LayerNode | undefined;
}

const exportRoot: Place = { layer: undefined, node: undefined };

/** Where a name leads from a place; undefined when there is no such name. */
export function step(
  layers: LayerExport,
  layer: ExportedLayer | undefined,
  node: LayerNode | undefined,
  nameBytes: Uint8Array,
): Place | undefined {
  const name = decodeName(nameBytes);
  if (name === "." && (node === undefined || isDirectory(node))) return { layer, node };
  if (node === undefined) {
    if (name === "..") return exportRoot;
    const found = layers.find(name);
    return found === undefined ? undefined : { layer: found, node: found.tree?.root };
  }
  if (name === "..") return isDirectory(node) ? parentOf(layer, node) : undefined;
  const child = node.children?.get(name);
  return child === undefined ? undefined : { layer, node: child };
}

export function parentOf(layer: ExportedLayer | undefined, directory: LayerNode): Place {
  return directory.parent === undefined ? exportRoot : { layer, node: directory.parent };
}

/** The attribute, or all names when `name` is empty. */
export function attributeOf(node: LayerNode | undefined, name: string): Uint8Array | undefined {
  if (name !== "") return node?.xattrs.get(name);
  return encodeName([...(node?.xattrs.keys() ?? [])].map((key) => `${key}\0`).join(""));
}

export function rootFid(): Fid {
  return { layer: undefined, node: 0, open: false, xattr: undefined, value: undefined };
}

/** As Linux packs a device number for user space. */
export function deviceNumber(major: number, minor: number): number {
  return ((minor & 0xff) | ((major & 0xfff) << 8) | ((minor & 0xfff00) << 12)) >>> 0;
}
