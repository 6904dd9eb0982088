import { type Attributes, TreeDraft } from "./file-tree-draft.ts";
import { attributesOf, nodeOf } from "./file-tree-layer.ts";
import { type DirectoryNode, PathError, isDirectory, pathParts } from "./file-tree-node.ts";
import { type TarEntry, TarError } from "./tar/entry.ts";
import { encodeName } from "./tar/name.ts";
import { readTar } from "./tar/read.ts";

/** As Linux has them. */
const NAME_MAX = 255;
const PATH_MAX = 4096;
const ENTRY_LIMIT = 1_000_000;

export interface UntarOptions {
  /** Takes the place of every entry's owner. */
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined;
  /** Of directories that the archive only implies: seconds since the epoch. */
  readonly timestamp?: number;
}

/**
 * Unpacks an archive into a directory of a draft as Docker does, confined to that directory: names that begin with `/` or
 * climb with `..` begin at the directory, symlinks on the way are followed inside it. An entry replaces what has its name;
 * only two directories merge. Throws TarError or PathError.
 */
export function untar(draft: TreeDraft, into: readonly string[], tar: Uint8Array, options: UntarOptions = {}): void {
  const implied = { mode: 0o755, ...options.owner, mtime: options.timestamp ?? 0 };
  let count = 0;
  for (const original of readTar(tar)) {
    if (++count > ENTRY_LIMIT) throw new TarError("more than a million entries");
    const entry = options.owner === undefined ? original : { ...original, ...options.owner };
    const parts = pathParts(checkedName(entry.name));
    const name = parts.pop();
    if (name === undefined) {
      // The directory is there, and keeps its attributes.
      if (entry.kind !== "directory") throw new PathError("open", "/", "is a directory");
      continue;
    }
    const parent = draft.resolve(parts.join("/"), into);
    // What symlinks add up to; below it recursion is as deep as Linux lets a path be.
    if (parent.join("/").length >= PATH_MAX) throw new PathError("open", shortened(entry.name), "file name too long");
    makeImplied(draft, into, parent, [...into, ...parts, name], implied);
    place(draft, into, [...parent, name], entry);
  }
}

/** The directories an entry lies in. One that a symlink leads to has to be there: nothing is made through a symlink. */
function makeImplied(
  draft: TreeDraft,
  into: readonly string[],
  parent: readonly string[],
  entry: readonly string[],
  implied: Attributes,
): void {
  const linked = parent.join("/") !== entry.slice(0, -1).join("/");
  for (let i = into.length + 1; i <= parent.length; i++) {
    const at = parent.slice(0, i);
    const node = draft.get(at);
    if (isDirectory(node)) continue;
    if (node !== undefined) throw new PathError("open", `/${entry.join("/")}`, "not a directory");
    if (linked) throw new PathError("open", `/${entry.join("/")}`, "no such file or directory");
    draft.makeDirectory(at, implied);
  }
}

function place(draft: TreeDraft, into: readonly string[], path: readonly string[], entry: TarEntry): void {
  switch (entry.kind) {
    case "directory":
      if (isDirectory(draft.get(path))) draft.setAttributes(path, attributesOf(entry));
      else draft.makeDirectory(path, attributesOf(entry));
      return;
    case "hardlink": {
      const target = [...into, ...pathParts(checkedName(entry.linkName))];
      const parent = draft.resolve(target.slice(into.length, -1).join("/"), into);
      const node = draft.get([...parent, ...target.slice(-1)]);
      const shown = `/${path.join("/")}`;
      if (node === undefined) throw new PathError("link", `/${target.join("/")} ${shown}`, "no such file or directory");
      if (isDirectory(node)) throw new PathError("link", `/${target.join("/")} ${shown}`, "operation not permitted");
      draft.put(path, node);
      return;
    }
    default:
      draft.put(path, nodeOf(entry));
  }
}

/** A tree of a build context's archive. */
export function untarred(tar: Uint8Array, empty: DirectoryNode): DirectoryNode {
  const draft = new TreeDraft(empty);
  untar(draft, [], tar);
  return draft.root;
}

function checkedName(name: string): string {
  if (name.includes("\0")) throw new TarError(`${JSON.stringify(name)}: a name with a NUL in it`);
  if (name.length * 3 > NAME_MAX) {
    if (encodeName(name).length >= PATH_MAX) throw new PathError("open", shortened(name), "file name too long");
    const long = name.split("/").find((part) => encodeName(part).length > NAME_MAX);
    if (long !== undefined) throw new PathError("open", shortened(name), "file name too long");
  }
  return name;
}

function shortened(name: string): string {
  return name.length > 100 ? `${name.slice(0, 100)}…` : name;
}
