import { GuestFileError, type FileStat } from "../runtime.ts";

export interface GuestNode {
  kind: FileStat["kind"];
  mode: number;
  uid: number;
  gid: number;
  mtime: number;
  bytes: Uint8Array;
  target: string | undefined;
  device: { readonly major: number; readonly minor: number } | undefined;
  readonly entries: Map<string, GuestNode>;
}

export function guestNode(kind: GuestNode["kind"], rest: Partial<GuestNode> = {}): GuestNode {
  return {
    kind,
    mode: kind === "directory" ? 0o755 : kind === "symlink" ? 0o777 : 0o644,
    uid: 0,
    gid: 0,
    mtime: 0,
    bytes: new Uint8Array(0),
    target: undefined,
    device: undefined,
    entries: new Map(),
    ...rest,
  };
}

export function cloneNode(node: GuestNode): GuestNode {
  return { ...node, entries: new Map([...node.entries].map(([name, child]) => [name, cloneNode(child)])) };
}

/** A root directory with what is mounted below it: the guest's own, or that of a mount namespace. */
export interface MountView {
  readonly root: GuestNode;
  /** What covers a directory or file. */
  readonly mounts: Map<GuestNode, GuestNode>;
}

interface Found {
  readonly node: GuestNode | undefined;
  readonly parent: GuestNode;
  readonly name: string;
  /** The node itself, not what is mounted over it. */
  readonly place: GuestNode | undefined;
}

const longestChain = 40;

/** Walks `path` in the view as if its root were `/`, following symlinks on the way, and the last one if asked. */
export function walk(view: MountView, path: string, follow = true): Found {
  const covered = (node: GuestNode): GuestNode => {
    let top = node;
    for (let over = view.mounts.get(top); over !== undefined; over = view.mounts.get(top)) top = over;
    return top;
  };
  const root = covered(view.root);
  let stack: GuestNode[] = [root];
  const pending = path.split("/").reverse();
  let links = 0;
  let last: Found = { node: root, parent: root, name: "", place: view.root };
  while (pending.length > 0) {
    const part = pending.pop() ?? "";
    if (part === "" || part === ".") continue;
    if (part === "..") {
      if (stack.length > 1) stack.pop();
      const here = stack.at(-1) ?? root;
      last = { node: here, parent: here, name: "", place: here };
      continue;
    }
    const parent = stack.at(-1) ?? root;
    if (parent.kind !== "directory") throw new GuestFileError("ENOTDIR", path, `${path}: Not a directory`);
    const place = parent.entries.get(part);
    const node = place === undefined ? undefined : covered(place);
    const isLast = pending.every((rest) => rest === "" || rest === ".");
    last = { node, parent, name: part, place };
    if (node === undefined) {
      if (isLast) return last;
      throw new GuestFileError("ENOENT", path, `${path}: No such file or directory`);
    }
    if (node.kind === "symlink" && (follow || !isLast)) {
      if (++links > longestChain) throw new GuestFileError("ELOOP", path, `${path}: Too many levels of symbolic links`);
      const target = node.target ?? "";
      if (target.startsWith("/")) stack = [root];
      pending.push(...target.split("/").reverse());
      continue;
    }
    stack.push(node);
  }
  return last;
}

/** Throws ENOENT. */
export function lookUp(view: MountView, path: string, follow = true): GuestNode {
  const { node } = walk(view, path, follow);
  if (node === undefined) throw new GuestFileError("ENOENT", path, `${path}: No such file or directory`);
  return node;
}

export function makeDirectories(view: MountView, path: string, attributes: Partial<GuestNode> = {}): GuestNode {
  let made = "";
  let node = lookUp(view, "/");
  for (const part of path.split("/").filter((one) => one !== "")) {
    made += `/${part}`;
    const found = walk(view, made);
    if (found.node === undefined) {
      node = guestNode("directory", attributes);
      found.parent.entries.set(found.name, node);
    } else node = found.node;
    if (node.kind !== "directory") throw new GuestFileError("ENOTDIR", path, `${path}: Not a directory`);
  }
  return node;
}

export function writeFile(view: MountView, path: string, bytes: Uint8Array, attributes: Partial<GuestNode> = {}): void {
  const found = walk(view, path);
  if (found.node === undefined) found.parent.entries.set(found.name, guestNode("file", { ...attributes, bytes }));
  else if (found.node.kind === "directory") throw new GuestFileError("EISDIR", path, `${path}: Is a directory`);
  else found.node.bytes = bytes;
}
