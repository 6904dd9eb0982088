import { tarHeader, type TarHeader, type TarKind } from "../image/tar/entry.ts";
import { writeTar } from "../image/tar/write.ts";
import { S_IFCHR, S_IFMT, type LayerNode } from "../layerfs/node.ts";
import type { LayerTree } from "../layerfs/tree.ts";

/** What the overlay shows of a directory, as far as its layers decide it. */
export interface ShownDirectory {
  /** Permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/**
 * What Docker puts between an image and a container: places for what is mounted over them, so that `docker diff` shows
 * none of it. Everything else about a directory stays as the image has it.
 */
const directories = ["", "dev", "dev/pts", "dev/shm", "etc", "proc", "sys"] as const;
const leaves: readonly (readonly [path: string, kind: TarKind, rest: Partial<TarHeader>])[] = [
  [".dockerenv", "file", { mode: 0o755 }],
  ["dev/console", "file", { mode: 0o755 }],
  ["etc/hostname", "file", { mode: 0o755 }],
  ["etc/hosts", "file", { mode: 0o755 }],
  ["etc/mtab", "symlink", { linkName: "/proc/mounts" }],
  ["etc/resolv.conf", "file", { mode: 0o755 }],
];

/** The tar of a container's init layer over these layers (base first). The same layers give the same bytes. */
export function initLayer(layers: readonly LayerTree[]): Uint8Array {
  return writeTar([
    ...directories.map((path) => ({ header: directoryHeader(path, shownDirectory(layers, path)) })),
    ...leaves.map(([path, kind, rest]) => ({ header: tarHeader(path, kind, rest) })),
  ]);
}

function directoryHeader(path: string, node: LayerNode | undefined): TarHeader {
  const name = path === "" ? "./" : `${path}/`;
  if (node === undefined) return tarHeader(name, "directory");
  const { uid, gid, mtime, mtimeNanoseconds, xattrs } = node;
  const kept = new Map([...xattrs].filter(([key]) => !key.startsWith("trusted.overlay.")));
  return tarHeader(name, "directory", { mode: node.mode & 0o7777, uid, gid, mtime, mtimeNanoseconds, xattrs: kept });
}

/** The root as a container begins with it. */
export function shownRoot(layers: readonly LayerTree[]): ShownDirectory {
  const node = shownDirectory(layers, "");
  return node === undefined
    ? { mode: 0o755, uid: 0, gid: 0 }
    : { mode: node.mode & 0o7777, uid: node.uid, gid: node.gid };
}

/** The topmost layer's directory that an overlay of these layers (base first) shows at `path`. */
export function shownDirectory(layers: readonly LayerTree[], path: string): LayerNode | undefined {
  const parts = path === "" ? [] : path.split("/");
  for (const { root } of layers.toReversed()) {
    let at: LayerNode | undefined = root;
    let hidesBelow = false;
    for (const part of parts) {
      at = at.children?.get(part);
      if (at === undefined) break;
      hidesBelow ||= at.children === undefined || at.xattrs.has("trusted.overlay.opaque");
    }
    if (at?.children !== undefined) return at;
    if (hidesBelow || (at !== undefined && (at.mode & S_IFMT) === S_IFCHR)) return undefined;
  }
  return undefined;
}
