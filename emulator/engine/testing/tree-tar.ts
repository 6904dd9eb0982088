import { tarHeader, type TarHeader, type TarKind } from "../../image/tar/entry.ts";
import { readTar } from "../../image/tar/read.ts";
import { writeTar } from "../../image/tar/write.ts";
import { GuestFileError } from "../runtime.ts";
import { guestNode, lookUp, makeDirectories, walk, type GuestNode, type MountView } from "./guest-tree.ts";

export interface TarItem {
  readonly header: TarHeader;
  readonly content?: Uint8Array;
}

export function headerOf(name: string, node: GuestNode): TarHeader {
  return tarHeader(name, node.kind === "socket" ? "file" : node.kind, {
    mode: node.mode,
    uid: node.uid,
    gid: node.gid,
    mtime: Math.floor(node.mtime / 1000),
    linkName: node.target ?? "",
    major: node.device?.major ?? 0,
    minor: node.device?.minor ?? 0,
  });
}

/** The node and all below it, names beginning with `name`. */
export function* itemsBelow(view: MountView, node: GuestNode, name: string): Generator<TarItem> {
  const top = view.mounts.get(node) ?? node;
  if (name !== "") yield { header: headerOf(name, top), ...(top.kind === "file" ? { content: top.bytes } : {}) };
  for (const [child, below] of [...top.entries].sort(([a], [b]) => (a < b ? -1 : 1)))
    yield* itemsBelow(view, below, name === "" ? child : `${name}/${child}`);
}

export function packTree(view: MountView, path: string, name: string): Uint8Array {
  return writeTar(itemsBelow(view, lookUp(view, path, false), name));
}

/** Extracts below the directory `path` of the view. */
export function unpackTree(
  view: MountView,
  path: string,
  tar: Uint8Array,
  options: { readonly owner?: { uid: number; gid: number }; readonly noOverwriteDirNonDir?: boolean } = {},
): void {
  const target = lookUp(view, path);
  for (const entry of readTar(tar)) {
    const name = entry.name.replace(/^(\.?\/)+/, "").replace(/\/+$/, "");
    const attributes = {
      mode: entry.mode,
      uid: options.owner?.uid ?? entry.uid,
      gid: options.owner?.gid ?? entry.gid,
      mtime: entry.mtime * 1000,
    };
    if (name === "" || name === ".") {
      Object.assign(target, attributes);
      continue;
    }
    const below = { root: target, mounts: view.mounts };
    const parentPath = name.includes("/") ? name.slice(0, name.lastIndexOf("/")) : "";
    makeDirectories(below, parentPath);
    const found = walk(below, name, false);
    if (entry.kind === "hardlink") {
      found.parent.entries.set(found.name, lookUp(below, entry.linkName, false));
      continue;
    }
    if (
      options.noOverwriteDirNonDir === true &&
      found.node !== undefined &&
      (found.node.kind === "directory") !== (entry.kind === "directory")
    )
      throw new GuestFileError("EEXIST", name, `cannot overwrite ${found.node.kind} ${name} with ${entry.kind}`);
    if (entry.kind === "directory" && found.node?.kind === "directory") Object.assign(found.node, attributes);
    else found.parent.entries.set(found.name, nodeOf(entry, entry.kind, attributes));
  }
}

function nodeOf(
  entry: TarHeader & { readonly content: Uint8Array },
  kind: Exclude<TarKind, "hardlink">,
  attributes: Partial<GuestNode>,
): GuestNode {
  return guestNode(kind, {
    ...attributes,
    bytes: entry.content.slice(),
    target: kind === "symlink" ? entry.linkName : undefined,
    device: kind === "character" || kind === "block" ? { major: entry.major, minor: entry.minor } : undefined,
  });
}
