import { tarHeader } from "../../image/tar/entry.ts";
import { readTar } from "../../image/tar/read.ts";
import { writeTar } from "../../image/tar/write.ts";
import type { Change, MountedSnapshot, Snapshotter } from "../runtime.ts";
import { bytesStream } from "../streams.ts";
import { cloneNode, guestNode, lookUp, makeDirectories, walk, type GuestNode, type MountView } from "./guest-tree.ts";
import type { MemoryContent } from "./memory-content.ts";
import { headerOf, unpackTree, type TarItem } from "./tree-tar.ts";

interface Snapshot {
  readonly layers: readonly string[];
  readonly base: GuestNode;
  readonly top: GuestNode;
}

/** Snapshots as whole copies of a tree; what changed is found by comparing with the tree they began as. */
export class MemorySnapshotter implements Snapshotter {
  readonly #guest: MountView;
  readonly #content: MemoryContent;
  readonly #snapshots = new Map<string, Snapshot>();

  constructor(guest: MountView, content: MemoryContent) {
    this.#guest = guest;
    this.#content = content;
  }

  get ids(): readonly string[] {
    return [...this.#snapshots.keys()];
  }

  #get(id: string): Snapshot {
    const snapshot = this.#snapshots.get(id);
    if (snapshot === undefined) throw new Error(`snapshot ${id} does not exist`);
    return snapshot;
  }

  async prepare(id: string, layers: readonly string[]): Promise<MountedSnapshot> {
    const base = guestNode("directory");
    for (const layer of layers) applyLayer(base, this.#content.layer(layer));
    for (const path of ["dev", "etc", "proc", "sys"]) makeDirectories(view(base), path);
    for (const path of [".dockerenv", "etc/hosts", "etc/hostname", "etc/resolv.conf"]) {
      const { node, parent, name } = walk(view(base), path);
      if (node === undefined) parent.entries.set(name, guestNode("file", { mode: 0o755 }));
    }
    this.#snapshots.set(id, { layers, base, top: cloneNode(base) });
    makeDirectories(this.#guest, this.describe(id).mergedDir);
    return this.describe(id);
  }

  describe(id: string): MountedSnapshot {
    const directory = `/var/lib/docker/overlay2/${id}`;
    return {
      lowerDirs: [...(this.#snapshots.get(id)?.layers ?? [])].reverse().map((layer) => `/layers/${layer.slice(7)}`),
      upperDir: `${directory}/diff`,
      workDir: `${directory}/work`,
      mergedDir: `${directory}/merged`,
    };
  }

  async mount(id: string): Promise<MountedSnapshot> {
    const snapshot = this.describe(id);
    this.#guest.mounts.set(lookUp(this.#guest, snapshot.mergedDir), this.#get(id).top);
    return snapshot;
  }

  async unmount(id: string): Promise<void> {
    const { place } = walk(this.#guest, this.describe(id).mergedDir);
    if (place === undefined || !this.#guest.mounts.delete(place)) throw new Error(`snapshot ${id} is not mounted`);
  }

  async remove(id: string): Promise<void> {
    const { place } = walk(this.#guest, this.describe(id).mergedDir);
    if (place !== undefined) this.#guest.mounts.delete(place);
    const { parent, name } = walk(this.#guest, `/var/lib/docker/overlay2/${id}`);
    parent.entries.delete(name);
    this.#snapshots.delete(id);
  }

  async changes(id: string): Promise<readonly Change[]> {
    const { base, top } = this.#get(id);
    const found = [...compare(base, top, "")].map(({ path, kind }) => ({ path: `/${path}`, kind }));
    return found.sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  diff(id: string): ReadableStream<Uint8Array> {
    const { base, top } = this.#get(id);
    const items: TarItem[] = [];
    for (const { path, kind, node } of compare(base, top, "")) {
      if (kind === "deleted") {
        const at = path.lastIndexOf("/") + 1;
        items.push({ header: tarHeader(`${path.slice(0, at)}.wh.${path.slice(at)}`, "file") });
      } else if (node !== undefined)
        items.push({ header: headerOf(path, node), ...(node.kind === "file" ? { content: node.bytes } : {}) });
    }
    return bytesStream(writeTar(items));
  }

  async usage(id: string): Promise<number> {
    const { base, top } = this.#get(id);
    let size = 0;
    for (const { node } of compare(base, top, "")) size += node?.kind === "file" ? node.bytes.length : 0;
    return size;
  }
}

const view = (root: GuestNode): MountView => ({ root, mounts: new Map() });

function applyLayer(root: GuestNode, tar: Uint8Array): void {
  const whiteouts: string[] = [];
  for (const { name } of readTar(tar)) {
    const at = name.lastIndexOf("/") + 1;
    if (name.startsWith(".wh.", at)) whiteouts.push(`${name.slice(0, at)}${name.slice(at + ".wh.".length)}`);
  }
  for (const path of whiteouts) {
    const { node, parent, name } = walk(view(root), path, false);
    if (node !== undefined) parent.entries.delete(name);
  }
  unpackTree(view(root), "/", tar);
  for (const path of whiteouts) {
    const at = path.lastIndexOf("/") + 1;
    const { parent, name } = walk(view(root), `${path.slice(0, at)}.wh.${path.slice(at)}`, false);
    parent.entries.delete(name);
  }
}

interface Difference extends Change {
  readonly node: GuestNode | undefined;
}

function* compare(before: GuestNode, after: GuestNode, path: string): Generator<Difference> {
  const names = new Set([...before.entries.keys(), ...after.entries.keys()]);
  for (const name of [...names].sort()) {
    const below = path === "" ? name : `${path}/${name}`;
    const old = before.entries.get(name);
    const now = after.entries.get(name);
    if (now === undefined) yield { path: below, kind: "deleted", node: undefined };
    else if (old === undefined) {
      yield { path: below, kind: "added", node: now };
      yield* compare(guestNode("directory"), now, below);
    } else {
      const inside = [...compare(old, now, below)];
      const same =
        old.kind === now.kind && old.mode === now.mode && old.bytes === now.bytes && old.target === now.target;
      if (!same || inside.length > 0) yield { path: below, kind: "modified", node: now };
      yield* inside;
    }
  }
}
