import { familiarString, repositoryName, type Reference } from "../../../image/reference.ts";
import type { ImageDeleteResponseItem } from "../../../spec/engine-api.generated.ts";
import { Conflict } from "../../errors.ts";
import type { ContainerRecord, ImageRecord } from "../../records.ts";
import type { Daemon } from "../daemon.ts";
import { keyOf, parse, type Catalog } from "./catalog.ts";
import type { Layers } from "./layers.ts";

export interface RemoveOptions {
  readonly force: boolean;
  /** Parents that nothing else needs go too. */
  readonly prune: boolean;
}

export interface Removal {
  readonly records: ImageDeleteResponseItem[];
  /** Diff ids that may be without an owner now. */
  readonly layers: string[];
}

/** What stands in the way of deleting an image; `hard` cannot be forced. */
interface Obstacle {
  readonly hard: boolean;
  readonly used: boolean;
  readonly message: string;
}

/** `docker rmi`. At once, so that nothing comes between its checks and its deeds; the layers are dropped afterwards. */
export class Remover {
  readonly #daemon: Daemon;
  readonly #catalog: Catalog;
  readonly #layers: Layers;

  constructor(daemon: Daemon, catalog: Catalog, layers: Layers) {
    this.#daemon = daemon;
    this.#catalog = catalog;
    this.#layers = layers;
  }

  /** Throws NotFound and Conflict. */
  remove(text: string, options: RemoveOptions): Removal {
    const image = this.#catalog.find(text);
    const removal: Removal = { records: [], layers: [] };
    if (this.#catalog.isIdPrefix(image, text)) {
      if (isSingle(this.#catalog.referencesOf(image))) {
        const obstacle = this.#obstacle(image, { hard: true, referenced: false, stopped: !options.force });
        if (obstacle !== undefined) throw conflict(image, obstacle);
        this.#untagAll(image, removal);
      }
      this.#delete(image, removal, { ...options, quiet: false });
      return removal;
    }
    const left = this.#untag(image, text, options.force, removal);
    if (left === 0) this.#delete(image, removal, { ...options, quiet: true });
    return removal;
  }

  /** Takes one reference away; gives how many are left. */
  #untag(image: ImageRecord, text: string, force: boolean, removal: Removal): number {
    if (!force && isSingle(this.#catalog.referencesOf(image))) {
      const user = this.#users(image)[0];
      if (user !== undefined)
        throw new Conflict(
          `conflict: unable to remove repository reference ${JSON.stringify(text)} (must force) - container ${short(user.id)} is using its referenced image ${short(image.id)}`,
        );
    }
    const reference = parse(text);
    this.#drop(image, reference, removal, true);
    const rest = this.#catalog.referencesOf(image);
    const own = rest.filter((other) => repositoryName(other) === repositoryName(reference));
    // Digests of a repository are of no use once its last tag is gone.
    if (reference.digest === undefined && own.every(({ digest }) => digest !== undefined))
      for (const digested of own) this.#drop(image, digested, removal, false);
    return this.#catalog.referencesOf(image).length;
  }

  #drop(image: ImageRecord, reference: Reference, removal: Removal, tell: boolean): void {
    const key = keyOf(reference);
    this.#daemon.store.references.delete(key);
    if (tell) this.#publish(image, "untag");
    removal.records.push({ Untagged: familiarString(parse(key)) });
  }

  #untagAll(image: ImageRecord, removal: Removal): void {
    for (const reference of this.#catalog.referencesOf(image)) this.#drop(image, reference, removal, true);
  }

  #delete(image: ImageRecord, removal: Removal, options: RemoveOptions & { readonly quiet: boolean }): void {
    const obstacle = this.#obstacle(image, { hard: true, referenced: !options.force, stopped: !options.force });
    if (obstacle !== undefined) {
      const dangling = this.#catalog.referencesOf(image).length === 0 && this.#catalog.children(image).length === 0;
      if (options.quiet && (!dangling || obstacle.used)) return;
      throw conflict(image, obstacle);
    }
    const { store } = this.#daemon;
    const parent = image.parentId === undefined ? undefined : store.images.get(image.parentId);
    this.#untagAll(image, removal);
    store.images.delete(image);
    this.#publish(image, "delete");
    removal.records.push({ Deleted: image.id });
    for (const chainId of this.#layers.releasedWith(image)) removal.records.push({ Deleted: chainId });
    removal.layers.push(...image.config.rootfs.diff_ids);
    if (options.prune && parent !== undefined)
      this.#delete(parent, removal, { force: false, prune: true, quiet: true });
  }

  #obstacle(
    image: ImageRecord,
    check: { readonly hard: boolean; readonly referenced: boolean; readonly stopped: boolean },
  ): Obstacle | undefined {
    const users = this.#users(image);
    const running = users.find(({ state }) => state.running);
    const stopped = users.find(({ state }) => !state.running);
    if (check.hard && this.#catalog.children(image).length > 0)
      return { hard: true, used: false, message: "image has dependent child images" };
    if (check.hard && running !== undefined)
      return { hard: true, used: true, message: `image is being used by running container ${short(running.id)}` };
    if (check.referenced && this.#catalog.referencesOf(image).length > 0)
      return { hard: false, used: false, message: "image is referenced in multiple repositories" };
    if (check.stopped && stopped !== undefined)
      return { hard: false, used: true, message: `image is being used by stopped container ${short(stopped.id)}` };
    return undefined;
  }

  #users(image: ImageRecord): ContainerRecord[] {
    return this.#daemon.store.containers.all().filter(({ imageId }) => imageId === image.id);
  }

  #publish(image: ImageRecord, action: "untag" | "delete"): void {
    const labels = action === "delete" ? {} : image.config.config?.Labels;
    this.#daemon.events.publish("image", action, image.id, { ...labels, name: image.id });
  }
}

/** All in one repository, with one tag at most; false for none. */
function isSingle(references: readonly Reference[]): boolean {
  const [first] = references;
  if (first === undefined) return false;
  const tags = references.filter(({ digest }) => digest === undefined);
  if (references.length === 1) return true;
  return tags.length <= 1 && new Set(references.map(repositoryName)).size === 1;
}

function conflict(image: ImageRecord, { hard, message }: Obstacle): Conflict {
  return new Conflict(
    `conflict: unable to delete ${short(image.id)} (${hard ? "cannot be forced" : "must be forced"}) - ${message}`,
  );
}

function short(id: string): string {
  return id.replace(/^sha256:/, "").slice(0, 12);
}
