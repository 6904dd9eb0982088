import { S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFMT, S_IFREG, type LayerNode } from "../../layerfs/node.ts";
import type { LayerTree } from "../../layerfs/tree.ts";
import { decodeName } from "../../image/tar/name.ts";
import type { EntryKind, LayerEntry, LayerListing } from "../../observe/layers/facts.ts";

/** More names than this are counted, not listed. */
export const entryLimit = 100_000;

/** Every name of a layer, directories before what is in them. */
export function layerListing(diffId: string, { root }: LayerTree, limit = entryLimit): LayerListing {
  const entries: LayerEntry[] = [];
  const first = new Map<LayerNode, string>();
  let left = 0;
  const walk = (directory: LayerNode, prefix: string) => {
    for (const [name, node] of directory.children ?? []) {
      const path = prefix + name;
      if (entries.length < limit) entries.push(entryOf(path, node, first.get(node)));
      else left++;
      if (node.children !== undefined) walk(node, `${path}/`);
      else if (!first.has(node)) first.set(node, path);
    }
  };
  if (root.xattrs.has(opaque)) entries.push(entryOf("", root, undefined));
  walk(root, "");
  return { diffId, entries, left };
}

const opaque = "trusted.overlay.opaque";

const kinds: Readonly<Record<number, EntryKind>> = {
  [S_IFREG]: "file",
  [S_IFDIR]: "directory",
  [S_IFLNK]: "symlink",
  [S_IFCHR]: "character",
  [S_IFBLK]: "block",
  [S_IFIFO]: "fifo",
};

function entryOf(path: string, node: LayerNode, hardLinkOf: string | undefined): LayerEntry {
  const { mode, uid, gid, mtime, ordinal } = node;
  const kind = isWhiteout(node) ? "whiteout" : (kinds[mode & S_IFMT] ?? "file");
  const target = hardLinkOf ?? (node.target === undefined ? undefined : decodeName(node.target));
  return {
    path,
    kind,
    mode: mode & 0o7777,
    uid,
    gid,
    size: kind === "file" && hardLinkOf === undefined ? node.size : 0,
    mtime,
    node: ordinal,
    ...(target === undefined ? {} : { target }),
    ...(kind === "directory" && node.xattrs.has(opaque) ? { opaque: true as const } : {}),
  };
}

/** layerfs shows a whiteout as overlayfs wants it: a character device 0:0. */
function isWhiteout(node: LayerNode): boolean {
  return (node.mode & S_IFMT) === S_IFCHR && node.major === 0 && node.minor === 0;
}

/** A file's content by its inode's number: a view into the layer's tar, at most `limit` bytes from `offset` on. */
export function layerContent(
  tree: LayerTree,
  ordinal: number,
  offset: number,
  limit: number,
): { readonly bytes: Uint8Array; readonly size: number } | undefined {
  const node = tree.nodes[ordinal];
  if (node === undefined || (node.mode & S_IFMT) !== S_IFREG) return undefined;
  const from = Math.min(offset, node.size);
  const to = Math.min(from + limit, node.size);
  return { bytes: tree.tar.subarray(node.offset + from, node.offset + to), size: node.size };
}
