import {
  type DirectoryNode,
  type FileNode,
  PathError,
  directoryNode,
  isDirectory,
  pathParts,
} from "./file-tree-node.ts";

type Mutable = DirectoryNode & { readonly children: Map<string, FileNode> };

/** As many as Linux and Docker follow before they give up. */
const LINK_MAX = 255;

/**
 * A tree being changed. The base stays as it is: a directory is copied before its first change, and whatever is not
 * changed is shared. Paths are lists of names; none of them is `.`, `..` or empty.
 */
export class TreeDraft {
  private top: DirectoryNode;
  /** Directories of this draft alone, with the one of the base each began as. */
  private readonly own = new Map<DirectoryNode, DirectoryNode | undefined>();

  constructor(readonly base: DirectoryNode) {
    this.top = base;
  }

  get root(): DirectoryNode {
    return this.top;
  }

  /** Without following the last name; parents are followed nowhere. */
  get(path: readonly string[]): FileNode | undefined {
    let at: FileNode | undefined = this.top;
    for (const name of path) at = at?.children?.get(name);
    return at;
  }

  /**
   * Where a path leads when every symlink is followed inside `root`, the last name too. Names that are not there stay as
   * they are, as does what lies below something that is no directory. Throws PathError (`too many links`).
   */
  resolve(path: string, root: readonly string[] = []): string[] {
    return resolvePath(this.top, path, { root, followLast: true });
  }

  /** Replaces what has that name; the parent has to be a directory. */
  put(path: readonly string[], node: FileNode): void {
    const name = path.at(-1);
    if (name === undefined) {
      if (!isDirectory(node)) throw new PathError("open", "/", "is a directory");
      this.top = node;
      return;
    }
    this.writable(path.slice(0, -1)).children.set(name, node);
  }

  remove(path: readonly string[]): void {
    const name = path.at(-1);
    if (name !== undefined && this.get(path) !== undefined) this.writable(path.slice(0, -1)).children.delete(name);
  }

  /** A new, empty directory in the place of whatever was there. */
  makeDirectory(path: readonly string[], attributes: Attributes): void {
    const made = directoryNode(new Map<string, FileNode>(), attributes);
    this.own.set(made, undefined);
    this.put(path, made);
  }

  /** Changes attributes of a directory and keeps what is in it. */
  setAttributes(path: readonly string[], attributes: Attributes): void {
    const directory = this.writable(path);
    const changed = { ...directory, ...attributes, kind: "directory", children: directory.children } as const;
    this.own.set(changed, this.own.get(directory));
    this.own.delete(directory);
    this.put(path, changed);
  }

  /** Whether a node of this draft was made here, or is in its base. */
  isOwn(directory: DirectoryNode): boolean {
    return this.own.has(directory);
  }

  /** The directory of the base that one of the draft began as: itself when it was never touched. */
  originOf(directory: DirectoryNode): DirectoryNode | undefined {
    return this.own.has(directory) ? this.own.get(directory) : directory;
  }

  /** The directory at a path as this draft may change it. */
  writable(path: readonly string[]): Mutable {
    let at = this.claim(this.top);
    this.top = at;
    for (const [i, name] of path.entries()) {
      const next = at.children.get(name);
      if (!isDirectory(next)) throw new PathError("open", `/${path.slice(0, i + 1).join("/")}`, "not a directory");
      const mine = this.claim(next);
      if (mine !== next) at.children.set(name, mine);
      at = mine;
    }
    return at;
  }

  private claim(directory: DirectoryNode): Mutable {
    // The map of an own directory was made in this class, as a Map.
    if (this.own.has(directory)) return directory as Mutable;
    const copy: Mutable = { ...directory, children: new Map(directory.children) };
    this.own.set(copy, directory);
    return copy;
  }
}

export type Attributes = Partial<Omit<FileNode, "kind" | "children" | "content">>;

/** See TreeDraft.resolve. Without `followLast`, a symlink as the last name stays. */
export function resolvePath(
  top: DirectoryNode,
  path: string,
  options: { readonly root?: readonly string[]; readonly followLast: boolean },
): string[] {
  const root = options.root ?? [];
  const rest = pathParts(path).reverse();
  // The node of every name so far, so that a long path is not walked again for each of its names.
  const at: { readonly name: string; readonly node: FileNode | undefined }[] = [];
  for (const name of root) at.push({ name, node: childOf(at.length === 0 ? top : at.at(-1)?.node, name) });
  let links = 0;
  for (let name = rest.pop(); name !== undefined; name = rest.pop()) {
    if (name === "..") {
      if (at.length > root.length) at.pop();
      continue;
    }
    const node = childOf(at.length === 0 ? top : at.at(-1)?.node, name);
    if (node?.kind !== "symlink" || (rest.length === 0 && !options.followLast)) {
      at.push({ name, node });
      continue;
    }
    if (++links > LINK_MAX) throw new PathError("readlink", path, "too many links");
    if (node.linkName.startsWith("/")) at.length = root.length;
    const target = node.linkName.split("/").filter((part) => part !== "" && part !== ".");
    rest.push(...target.reverse());
    if (rest.length + at.length > NAMES_MAX) throw new PathError("readlink", path, "file name too long");
  }
  return at.map(({ name }) => name);
}

/** More names than any path that Linux takes has. */
const NAMES_MAX = 4096;

function childOf(parent: FileNode | undefined, name: string): FileNode | undefined {
  return parent?.children?.get(name);
}
