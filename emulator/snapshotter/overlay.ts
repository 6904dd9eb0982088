import type { Agent } from "../agent/agent.ts";
import { GuestFileError, type Change, type MountedSnapshot, type Snapshotter } from "../engine/runtime.ts";
import { chainIds } from "../image/chain.ts";
import { digestHex, sha256 } from "../image/digest.ts";
import type { MemoryContentStore } from "../layerfs/content-store.ts";
import type { LayerTree } from "../layerfs/tree.ts";
import {
  type LowerDirectory,
  OVERLAY_ROOT,
  type OverlayDirectory,
  batches,
  diskEntry,
  layerMount,
  lowerEntries,
  overlayDirectory,
  upperEntries,
} from "./directories.ts";
import { initLayer, shownRoot } from "./init-layer.ts";
import { overlayOptions } from "./mount-options.ts";
import { parseState, type SnapshotState, type SnapshotterState } from "./state.ts";

/** The part of the agent that snapshots need. */
export type OverlayAgent = Pick<Agent, "create" | "remove" | "mount" | "unmount" | "changes" | "packLayer" | "usage">;

/** The part of layerfs's content store that snapshots need. */
export type OverlayLayers = Pick<MemoryContentStore, "putLayer" | "deleteLayer" | "tree" | "onDeleteLayer">;

/** Docker's limit on the layers of an image. */
const MAX_DEPTH = 125;

export class MaxDepthExceeded extends Error {
  constructor() {
    super("max depth exceeded");
    this.name = "MaxDepthExceeded";
  }
}

export class SnapshotNotFound extends Error {
  constructor(id: string) {
    super(`snapshot ${id} does not exist`);
    this.name = "SnapshotNotFound";
  }
}

/** Snapshots as overlay mounts in the guest, their lowerdirs on layerfs. */
export class OverlaySnapshotter implements Snapshotter {
  private readonly snapshots = new Map<string, SnapshotState>();
  /** By name under overlay2. */
  private readonly lowers = new Map<string, LowerDirectory>();
  /** By the chain id of the layers below. */
  private readonly inits = new Map<string, { readonly layers: readonly string[]; readonly diffId: string }>();

  constructor(
    private readonly agent: OverlayAgent,
    private readonly layers: OverlayLayers,
    state?: unknown,
    /** Bytes that a container may write. */
    private readonly diskBytes = 48 * 1024 * 1024,
  ) {
    if (state !== undefined) this.load(parseState(state));
    layers.onDeleteLayer((diffId) => this.forgetLayer(diffId));
  }

  async prepare(id: string, layers: readonly string[]): Promise<MountedSnapshot> {
    if (!/^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(id)) throw new Error(`invalid snapshot id ${JSON.stringify(id)}`);
    if (layers.length > MAX_DEPTH) throw new MaxDepthExceeded();
    if (this.snapshots.has(id)) throw new Error(`snapshot ${id} exists already`);
    const trees = layers.map((diffId) => this.treeOf(diffId));
    const chain = await this.chainOf(layers);
    const initId = await this.initOf(chain[0]?.name ?? "", layers, trees);
    const upper = await overlayDirectory(id);
    const init = { ...(await overlayDirectory(`${id}-init`)), diffId: initId };
    const snapshot: SnapshotState = { id, upper, init, lowers: withoutTwins(chain), mounted: false };
    const made = chain.filter(({ name }) => !this.lowers.has(name));
    try {
      const entries = [
        ...chain.flatMap((lower, i) => (made.includes(lower) ? lowerEntries(lower, chain.slice(i + 1)) : [])),
        ...lowerEntries(init, chain),
        diskEntry(upper),
      ];
      for (const batch of batches(entries)) await this.agent.create(OVERLAY_ROOT, batch);
      await this.mountDisk(upper);
      await this.agent.create(OVERLAY_ROOT, upperEntries(upper, [init, ...chain], shownRoot(trees)));
    } catch (error) {
      // Layers' directories may be another container's by now; what is half made is made again next time.
      await unlessGone(this.unmountDisk(upper));
      await this.removeDirectories([upper, init]);
      throw error;
    }
    for (const lower of made) this.lowers.set(lower.name, lower);
    this.snapshots.set(id, snapshot);
    return this.describe(id);
  }

  describe(id: string): MountedSnapshot {
    const { upper, init, lowers } = this.find(id);
    const directory = `${OVERLAY_ROOT}/${upper.name}`;
    return {
      lowerDirs: [init, ...lowers].map(({ name }) => `${OVERLAY_ROOT}/${name}/diff`),
      upperDir: `${directory}/diff`,
      workDir: `${directory}/work`,
      mergedDir: `${directory}/merged`,
    };
  }

  async mount(id: string): Promise<MountedSnapshot> {
    const snapshot = this.find(id);
    const mounted = this.describe(id);
    if (snapshot.mounted) return mounted;
    const { upper, init, lowers } = snapshot;
    const options = overlayOptions(upper, [init, ...lowers]);
    await this.agent.mount({
      source: "overlay",
      target: mounted.mergedDir,
      type: "overlay",
      flags: 0,
      options,
      cwd: OVERLAY_ROOT,
    });
    this.snapshots.set(id, { ...snapshot, mounted: true });
    return mounted;
  }

  /** As Docker does it: detached at once, also when a process still holds it. Nothing to do is no error. */
  async unmount(id: string): Promise<void> {
    const snapshot = this.find(id);
    if (!snapshot.mounted) return;
    await unlessGone(this.agent.unmount(this.describe(id).mergedDir, true));
    this.snapshots.set(id, { ...snapshot, mounted: false });
  }

  async remove(id: string): Promise<void> {
    if (!this.snapshots.has(id)) return;
    await this.unmount(id);
    const { upper, init } = this.find(id);
    await unlessGone(this.unmountDisk(upper));
    await this.removeDirectories([upper, init]);
    this.snapshots.delete(id);
  }

  async changes(id: string): Promise<readonly Change[]> {
    const { init, lowers } = this.find(id);
    const changes = await this.agent.changes(
      this.describe(id).upperDir,
      [init, ...lowers].map(({ diffId }) => layerMount(diffId)),
    );
    return changes.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  }

  diff(id: string, signal: AbortSignal): ReadableStream<Uint8Array> {
    return this.agent.packLayer(this.describe(id).upperDir, signal);
  }

  async usage(id: string): Promise<number> {
    return this.agent.usage(this.describe(id).upperDir);
  }

  /** For a save. The guest's overlay2 is part of the machine's own state. */
  exportState(): SnapshotterState {
    return {
      version: 1,
      lowers: [...this.lowers.values()],
      snapshots: [...this.snapshots.values()],
      inits: [...this.inits].map(([chain, { layers, diffId }]) => ({ chain, layers: [...layers], diffId })),
    };
  }

  private load(state: SnapshotterState): void {
    for (const lower of state.lowers) this.lowers.set(lower.name, lower);
    for (const snapshot of state.snapshots) this.snapshots.set(snapshot.id, snapshot);
    for (const init of state.inits) this.inits.set(init.chain, init);
  }

  private find(id: string): SnapshotState {
    const snapshot = this.snapshots.get(id);
    if (snapshot === undefined) throw new SnapshotNotFound(id);
    return snapshot;
  }

  private treeOf(diffId: string): LayerTree {
    const tree = this.layers.tree(diffId);
    if (tree === undefined) throw new Error(`layer ${diffId} is not in the content store`);
    return tree;
  }

  /** Topmost first, one for each layer; named by chain id, as one layer over others is a directory of its own. */
  private async chainOf(layers: readonly string[]): Promise<LowerDirectory[]> {
    const chain = await chainIds(layers);
    const directories = layers.map(async (diffId, i) => {
      const name = digestHex(chain[i] ?? "");
      return this.lowers.get(name) ?? { ...(await overlayDirectory(name)), diffId };
    });
    return (await Promise.all(directories)).reverse();
  }

  private async initOf(key: string, layers: readonly string[], trees: readonly LayerTree[]): Promise<string> {
    const known = this.inits.get(key);
    if (known !== undefined) return known.diffId;
    const tar = initLayer(trees);
    const diffId = await sha256(tar);
    await this.layers.putLayer(diffId, tar);
    this.inits.set(key, { layers, diffId });
    return diffId;
  }

  /**
   * A container's disk: a file system of its own in memory, so that one that fills it hurts nobody else, and removing it is
   * one call however much is in it.
   */
  private mountDisk({ name }: OverlayDirectory): Promise<void> {
    const options = `mode=710,size=${this.diskBytes},nr_inodes=32768`;
    return this.agent.mount({
      source: "overlay2",
      target: `${OVERLAY_ROOT}/${name}`,
      type: "tmpfs",
      flags: 0,
      options,
    });
  }

  private unmountDisk({ name }: OverlayDirectory): Promise<void> {
    return this.agent.unmount(`${OVERLAY_ROOT}/${name}`, true);
  }

  private async removeDirectories(directories: readonly OverlayDirectory[]): Promise<void> {
    const paths = directories.flatMap(({ name, link }) => [link, name]);
    await Promise.all(paths.map((path) => unlessGone(this.agent.remove(`${OVERLAY_ROOT}/${path}`, true))));
  }

  /** The directories of all chains that the layer is in, and the init layers that were made for those. */
  private async forgetLayer(diffId: string): Promise<void> {
    const inits = [...this.inits].filter(([, { layers }]) => layers.includes(diffId));
    for (const [key] of inits) this.inits.delete(key);
    const directories = [...this.lowers.values()].filter((lower) => lower.diffId === diffId);
    await this.removeDirectories(directories);
    for (const { name } of directories) this.lowers.delete(name);
    const used = new Set([
      ...[...this.inits.values()].map((init) => init.diffId),
      ...[...this.snapshots.values()].map(({ init }) => init.diffId),
    ]);
    for (const unused of new Set(inits.map(([, init]) => init.diffId))) {
      if (!used.has(unused)) await this.layers.deleteLayer(unused);
    }
  }
}

/**
 * A layer that comes twice is kept where it is topmost. overlayfs refuses one directory in two places, and the lower one
 * changes nothing: every name it has, the upper one has too.
 */
function withoutTwins(chain: readonly LowerDirectory[]): LowerDirectory[] {
  return chain.filter(({ diffId }, i) => chain.findIndex((lower) => lower.diffId === diffId) === i);
}

/** What is to go and is not there is done. EINVAL is umount's word for it. */
async function unlessGone(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof GuestFileError && (error.code === "ENOENT" || error.code === "EINVAL"))) throw error;
  }
}
