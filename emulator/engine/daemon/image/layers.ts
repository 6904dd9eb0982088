import { KeyedMutex } from "../../mutex.ts";
import type { ImageRecord } from "../../records.ts";
import type { Daemon } from "../daemon.ts";

/** Who needs which layer: a layer goes when no image, no container and no work under way has it. */
export class Layers {
  readonly #daemon: Daemon;
  readonly #held = new Map<string, number>();
  readonly #locks = new KeyedMutex();
  /** Layers that were to go and could not yet. */
  readonly #orphans = new Set<string>();

  constructor(daemon: Daemon) {
    this.#daemon = daemon;
  }

  /** Keeps layers, there or to come, until the returned function is called. */
  hold(diffIds: readonly string[]): () => void {
    for (const diffId of diffIds) this.#held.set(diffId, (this.#held.get(diffId) ?? 0) + 1);
    let done = false;
    return () => {
      if (done) return;
      done = true;
      for (const diffId of diffIds) {
        const left = (this.#held.get(diffId) ?? 1) - 1;
        if (left === 0) this.#held.delete(diffId);
        else this.#held.set(diffId, left);
      }
    };
  }

  /** The caller holds it. */
  async put(diffId: string, tar: Uint8Array): Promise<void> {
    await this.#locks.run(diffId, () => this.#daemon.world.content.putLayer(diffId, tar));
  }

  /** Deletes those that nobody needs. */
  async drop(diffIds: readonly string[]): Promise<void> {
    const { content } = this.#daemon.world;
    await Promise.all(
      [...new Set(diffIds)].map((diffId) =>
        this.#locks.run(diffId, async () => {
          if (this.#isNeeded(diffId)) {
            this.#orphans.add(diffId);
            return;
          }
          this.#orphans.delete(diffId);
          if (!content.hasLayer(diffId)) return;
          await content.deleteLayer(diffId);
          this.#daemon.store.looseLayers.delete(diffId);
        }),
      ),
    );
  }

  /** After a restore: what only containers have, of images that are gone. */
  restore(): void {
    const { images, containers } = this.#daemon.store;
    this.#orphans.clear();
    for (const { imageId, layers } of containers.all())
      if (images.get(imageId) === undefined) for (const diffId of layers) this.#orphans.add(diffId);
  }

  /** After a container has gone: drops what only it still had, of images that were removed before it. */
  dropAbandoned(): void {
    const { content } = this.#daemon.world;
    const abandoned = [...this.#orphans].filter((diffId) => !this.#isNeeded(diffId) && content.hasLayer(diffId));
    if (abandoned.length === 0) return;
    this.#daemon.containers.inBackground("dropping layers that nothing uses", this.drop(abandoned));
  }

  #isNeeded(diffId: string): boolean {
    const { images, containers } = this.#daemon.store;
    return (
      this.#held.has(diffId) ||
      [...this.#daemon.store.buildCache.values()].some((record) => record.diffId === diffId) ||
      images.all().some((image) => image.config.rootfs.diff_ids.includes(diffId)) ||
      containers.all().some((container) => container.layers.includes(diffId))
    );
  }

  /** Bytes of the files of an image. */
  size(image: ImageRecord): number {
    return image.config.rootfs.diff_ids.reduce((sum, diffId) => sum + this.#daemon.world.content.layerSize(diffId), 0);
  }

  /**
   * The chains, top first, that no other image and no container stands on: what goes with the image. The image is no
   * longer in the store.
   */
  releasedWith(image: ImageRecord): string[] {
    const { images, containers } = this.#daemon.store;
    const stacks = [
      ...images.all().map(({ config }) => config.rootfs.diff_ids),
      ...containers.all().map(({ layers }) => layers),
    ];
    const own = image.config.rootfs.diff_ids;
    const shared = Math.max(0, ...stacks.map((stack) => commonPrefix(own, stack)));
    return image.chainIds.slice(shared).reverse();
  }
}

function commonPrefix(a: readonly string[], b: readonly string[]): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return length;
}
