import { GuestFileError, type Files, type FileStat, type LogFile, type TaskKey } from "../runtime.ts";
import { bytesStream, readAll } from "../streams.ts";
import { guestNode, lookUp, makeDirectories, walk, writeFile, type GuestNode, type MountView } from "./guest-tree.ts";
import type { LogBook } from "./log-book.ts";
import { packTree, unpackTree } from "./tree-tar.ts";

/** Files over a guest tree in memory. */
export class MemoryFiles implements Files {
  readonly #guest: MountView;
  readonly #logs: LogBook;
  /** The mount namespace that `/proc/PID/root` leads to. */
  readonly #viewOf: (pid: number) => MountView | undefined;

  constructor(guest: MountView, logs: LogBook, viewOf: (pid: number) => MountView | undefined) {
    this.#guest = guest;
    this.#logs = logs;
    this.#viewOf = viewOf;
  }

  #view(root: string): MountView {
    const pid = /^\/proc\/(\d+)\/root$/.exec(root)?.[1];
    if (pid !== undefined) {
      const view = this.#viewOf(Number(pid));
      if (view === undefined) throw new GuestFileError("ENOENT", root, `${root}: No such file or directory`);
      return view;
    }
    return root === "/" ? this.#guest : { root: lookUp(this.#guest, root), mounts: this.#guest.mounts };
  }

  async read(root: string, path: string): Promise<Uint8Array> {
    const node = lookUp(this.#view(root), path);
    if (node.kind === "directory") throw new GuestFileError("EISDIR", path, `${path}: Is a directory`);
    return node.bytes;
  }

  async write(
    root: string,
    path: string,
    bytes: Uint8Array,
    attributes: { mode?: number; uid?: number; gid?: number } = {},
  ): Promise<void> {
    writeFile(this.#view(root), path, bytes, attributes);
  }

  async makeDirectory(
    root: string,
    path: string,
    attributes: { mode?: number; uid?: number; gid?: number; parents?: boolean } = {},
  ): Promise<void> {
    const { parents = false, ...rest } = attributes;
    const view = this.#view(root);
    if (parents) {
      makeDirectories(view, path, rest);
      return;
    }
    const found = walk(view, path);
    if (found.node !== undefined) throw new GuestFileError("EEXIST", path, `${path}: File exists`);
    found.parent.entries.set(found.name, guestNode("directory", rest));
  }

  async remove(root: string, path: string, options: { recursive?: boolean } = {}): Promise<void> {
    const { node, parent, name } = walk(this.#view(root), path, false);
    if (node === undefined) {
      if (options.recursive === true) return;
      throw new GuestFileError("ENOENT", path, `${path}: No such file or directory`);
    }
    if (node.entries.size > 0 && options.recursive !== true)
      throw new GuestFileError("ENOTEMPTY", path, `${path}: Directory not empty`);
    parent.entries.delete(name);
  }

  async stat(root: string, path: string, options: { follow?: boolean } = {}): Promise<FileStat | undefined> {
    let node: GuestNode | undefined;
    try {
      node = walk(this.#view(root), path, options.follow === true).node;
    } catch (error) {
      if (error instanceof GuestFileError && ["ENOENT", "ENOTDIR"].includes(error.code)) return undefined;
      throw error;
    }
    if (node === undefined) return undefined;
    const { kind, mode, uid, gid, mtime, target, device, bytes } = node;
    return { kind, mode, uid, gid, mtime, target, size: bytes.length, ...(device === undefined ? {} : { device }) };
  }

  async list(root: string, path: string): Promise<readonly string[]> {
    const node = lookUp(this.#view(root), path);
    if (node.kind !== "directory") throw new GuestFileError("ENOTDIR", path, `${path}: Not a directory`);
    return [...node.entries.keys()].sort();
  }

  pack(root: string, path: string, options: { name?: string; contents?: boolean } = {}): ReadableStream<Uint8Array> {
    const base = path.replace(/\/+$/, "").split("/").at(-1) || ".";
    return bytesStream(packTree(this.#view(root), path, options.contents === true ? "" : (options.name ?? base)));
  }

  async unpack(
    root: string,
    path: string,
    tar: ReadableStream<Uint8Array>,
    options: { owner?: { uid: number; gid: number }; noOverwriteDirNonDir?: boolean; signal?: AbortSignal } = {},
  ): Promise<void> {
    const bytes = await readAll(tar);
    options.signal?.throwIfAborted();
    unpackTree(this.#view(root), path, bytes, options);
  }

  async usage(root: string, path: string): Promise<number> {
    const sum = (node: GuestNode): number =>
      node.bytes.length + [...node.entries.values()].reduce((total, child) => total + sum(child), 0);
    return sum(lookUp(this.#view(root), path));
  }

  readLog(
    log: LogFile,
    options: { follow: TaskKey | undefined; tailLines: number | undefined; signal: AbortSignal },
  ): ReadableStream<Uint8Array> {
    return this.#logs.read(log.path, options);
  }

  async bindMount(source: string, target: string): Promise<void> {
    this.#guest.mounts.set(this.#place(target), lookUp(this.#guest, source));
  }

  async mountTmpfs(target: string): Promise<void> {
    this.#guest.mounts.set(this.#place(target), guestNode("directory", { mode: 0o1777 }));
  }

  async unmount(target: string): Promise<void> {
    if (!this.#guest.mounts.delete(this.#place(target)))
      throw new GuestFileError("EINVAL", target, `${target}: Invalid argument`);
  }

  #place(target: string): GuestNode {
    const { place } = walk(this.#guest, target);
    if (place === undefined) throw new GuestFileError("ENOENT", target, `${target}: No such file or directory`);
    return place;
  }
}
