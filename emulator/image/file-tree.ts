import { TreeDraft, resolvePath } from "./file-tree-draft.ts";
import { applyLayer, flatten as flattenRoot } from "./file-tree-layer.ts";
import { type DirectoryNode, type FileNode, directoryNode, isDirectory, sortedChildren } from "./file-tree-node.ts";
import { untarred } from "./file-tree-untar.ts";

export type { DirectoryNode, FileKind, FileNode } from "./file-tree-node.ts";
export { PathError } from "./file-tree-node.ts";

/** A name of the tree with what it names: `etc/passwd`, without a slash before or behind it. */
export interface TreeEntry {
  readonly path: string;
  readonly node: FileNode;
}

/**
 * A file system as it lies in layers or in a build context: an index of tars, which it keeps views into. Never changed;
 * `extend` makes another that shares what is the same.
 */
export class FileTree {
  static readonly empty = new FileTree(directoryNode(new Map()));

  constructor(readonly root: DirectoryNode) {}

  /** Of uncompressed layers, base first. Throws TarError or HostileLayer. */
  static fromLayers(tars: readonly Uint8Array[]): FileTree {
    return tars.reduce((tree: FileTree, tar) => tree.extend(tar), FileTree.empty);
  }

  /** Of a build context's archive, unpacked as Docker does. Throws TarError or PathError. */
  static fromTar(tar: Uint8Array): FileTree {
    return new FileTree(untarred(tar, FileTree.empty.root));
  }

  /** With one more layer on top, whiteouts and opaque directories applied. Throws TarError or HostileLayer. */
  extend(layer: Uint8Array): FileTree {
    return new FileTree(applyLayer(this.root, layer));
  }

  /** A draft of the next tree. */
  draft(): TreeDraft {
    return new TreeDraft(this.root);
  }

  /**
   * What a path names. Symlinks on the way are followed as if the tree were all there is (`..` of the root is the root);
   * the last one too, unless `follow` is false. Throws PathError (`too many links`).
   */
  lookup(path: string, { follow = true }: { readonly follow?: boolean } = {}): FileNode | undefined {
    let at: FileNode | undefined = this.root;
    for (const name of resolvePath(this.root, path, { followLast: follow })) at = at?.children?.get(name);
    return at;
  }

  /** Where a path leads, `/` at its beginning; names that are not there stay. Throws PathError (`too many links`). */
  realPath(path: string, { follow = true }: { readonly follow?: boolean } = {}): string {
    return `/${resolvePath(this.root, path, { followLast: follow }).join("/")}`;
  }

  /** Everything below a directory (`""` is the root, which is not among it), sorted, a directory before its content. */
  *walk(below = ""): Generator<TreeEntry, void, undefined> {
    const start = this.lookup(below);
    if (isDirectory(start)) yield* walkDirectory(start, below === "" ? "" : `${below.replace(/^\/+|\/+$/g, "")}/`);
  }
}

function* walkDirectory(directory: DirectoryNode, prefix: string): Generator<TreeEntry, void, undefined> {
  // A stack of our own: a tree may be deeper than generators may be nested.
  const open = [{ prefix, names: sortedChildren(directory).reverse() }];
  for (let level = open.at(-1); level !== undefined; level = open.at(-1)) {
    const next = level.names.pop();
    if (next === undefined) {
      open.pop();
      continue;
    }
    const [name, node] = next;
    const path = level.prefix + name;
    yield { path, node };
    if (isDirectory(node)) open.push({ prefix: `${path}/`, names: sortedChildren(node).reverse() });
  }
}

/** The whole tree as one deterministic archive, sorted by name, hard links kept. */
export function flatten(tree: FileTree): Uint8Array {
  return flattenRoot(tree.root);
}
