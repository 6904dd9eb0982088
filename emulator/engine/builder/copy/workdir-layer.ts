import { FileTree, PathError } from "../../../image/file-tree.ts";
import { layerOf } from "../../../image/file-tree-layer.ts";
import { isDirectory } from "../../../image/file-tree-node.ts";
import type { Owner } from "./owner.ts";
import type { CopyLayer } from "./request.ts";

/**
 * The directories that a WORKDIR makes, mode 0755, as a layer; undefined when all are there. `path` is absolute; symlinks
 * in it are followed inside the tree. Throws PathError (`mkdir /x: not a directory`).
 */
export function workdirLayer(
  path: string,
  rootfs: FileTree,
  owner: Owner = { uid: 0, gid: 0 },
  timestamp = 0,
): (CopyLayer & { readonly tar: Uint8Array }) | undefined {
  const draft = rootfs.draft();
  const target = draft.resolve(path);
  for (let i = 1; i <= target.length; i++) {
    const at = target.slice(0, i);
    const node = draft.get(at);
    if (isDirectory(node)) continue;
    if (node !== undefined) throw new PathError("mkdir", `/${at.join("/")}`, "not a directory");
    draft.makeDirectory(at, { mode: 0o755, ...owner, mtime: timestamp });
  }
  const layer = layerOf(draft);
  return layer === undefined ? undefined : { ...layer, tree: new FileTree(draft.root) };
}
