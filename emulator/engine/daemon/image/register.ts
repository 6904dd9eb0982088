import { chainIds } from "../../../image/chain.ts";
import { repositoryName, withDefaultTag, type Reference } from "../../../image/reference.ts";
import { appendEmptyLayer, appendLayer, emptyImage, encodeConfig } from "../../../image/mutate.ts";
import { sha256 } from "../../../image/digest.ts";
import type { History, ImageConfig, RunConfig } from "../../../spec/oci-image.ts";
import { InvalidParameter } from "../../errors.ts";
import type { ImageRecord } from "../../records.ts";
import { rfc3339 } from "../../time.ts";
import type { Daemon } from "../daemon.ts";
import { keyOf } from "./catalog.ts";
import type { Layers } from "./layers.ts";

export interface NewImage {
  readonly id: string;
  readonly config: ImageConfig;
  readonly configBytes: Uint8Array;
  readonly manifestDigest?: string | undefined;
  readonly parentId?: string | undefined;
}

/** Makes an image known whose layers are all there; one that is known already is left as it is. */
export async function registerImage(daemon: Daemon, image: NewImage): Promise<ImageRecord> {
  const { store, world } = daemon;
  const there = store.images.get(image.id);
  if (there !== undefined) return there;
  const history = image.config.history ?? [];
  if (history.filter((entry) => entry.empty_layer !== true).length > image.config.rootfs.diff_ids.length)
    throw new InvalidParameter("too many non-empty layers in History section");
  await world.content.put(image.id, image.configBytes);
  const record: ImageRecord = {
    id: image.id,
    config: image.config,
    manifestDigest: image.manifestDigest,
    chainIds: await chainIds(image.config.rootfs.diff_ids),
    parentId: image.parentId,
    lastTagTime: undefined,
  };
  const other = store.images.get(image.id);
  if (other !== undefined) return other;
  store.images.add(record);
  for (const diffId of image.config.rootfs.diff_ids) store.looseLayers.delete(diffId);
  return record;
}

/** Points a reference to an image; true when it pointed elsewhere before. */
export function setReference(daemon: Daemon, reference: Reference, image: ImageRecord): boolean {
  const key = keyOf(reference);
  const changed = daemon.store.references.get(key) !== image.id;
  daemon.store.references.set(key, image.id);
  return changed;
}

/** `docker tag`: the reference, the time, the event. */
export function tagImage(daemon: Daemon, reference: Reference, image: ImageRecord, familiar: string): void {
  if (reference.digest !== undefined) throw new InvalidParameter("refusing to create a tag with a digest reference");
  if (repositoryName(reference) === "docker.io/library/sha256")
    throw new InvalidParameter("refusing to create an ambiguous tag using digest algorithm as name");
  setReference(daemon, withDefaultTag(reference), image);
  image.lastTagTime = daemon.world.clock.now();
  publishImage(daemon, "tag", image, familiar);
}

export function publishImage(daemon: Daemon, action: string, image: ImageRecord, name: string): void {
  daemon.events.publish("image", action, image.id, { ...image.config.config?.Labels, name });
}

export interface ChildImage {
  readonly parent: ImageRecord | undefined;
  readonly layer: Uint8Array | undefined;
  readonly config: RunConfig;
  readonly author: string;
  readonly history: History;
  readonly architecture: string;
}

/** An image over a parent, or over nothing. A layer without an entry is none, as in Docker. */
export async function createChild(daemon: Daemon, layers: Layers, child: ChildImage): Promise<ImageRecord> {
  const { parent, layer, history } = child;
  const { author: _inherited, ...base } = parent?.config ?? emptyImage(child.architecture, "linux");
  const { empty_layer: _, ...entry } = {
    ...history,
    created: history.created ?? rfc3339(daemon.world.clock.now()),
  };
  const diffId = layer === undefined || isEmptyTar(layer) ? undefined : await sha256(layer);
  const release = layers.hold([...base.rootfs.diff_ids, ...(diffId === undefined ? [] : [diffId])]);
  try {
    if (layer !== undefined && diffId !== undefined) await layers.put(diffId, layer);
    const stacked = diffId === undefined ? appendEmptyLayer(base, entry) : appendLayer(base, diffId, entry);
    const config: ImageConfig = {
      ...stacked,
      config: child.config,
      ...(child.author === "" ? {} : { author: child.author }),
    };
    const { id, bytes } = await encodeConfig(config);
    return await registerImage(daemon, { id, config, configBytes: bytes, parentId: parent?.id });
  } finally {
    release();
  }
}

function isEmptyTar(tar: Uint8Array): boolean {
  return tar.every((byte) => byte === 0);
}
