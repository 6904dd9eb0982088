import type { Digest, History, ImageConfig, RunConfig } from "../spec/oci-image.ts";
import { sha256 } from "./digest.ts";

/** What becomes of an image's configuration; nothing here changes what it is given. */

/** With a layer on top, and the step of the history that made it. */
export function appendLayer(image: ImageConfig, diffId: Digest, history: Omit<History, "empty_layer">): ImageConfig {
  return {
    ...withHistory(image, history),
    rootfs: { type: "layers", diff_ids: [...image.rootfs.diff_ids, diffId] },
  };
}

/** With a step that changed no file. */
export function appendEmptyLayer(image: ImageConfig, history: Omit<History, "empty_layer">): ImageConfig {
  return withHistory(image, { ...history, empty_layer: true });
}

/** With the fields of `change` in the place of those of the same name. */
export function setConfig(image: ImageConfig, change: RunConfig): ImageConfig {
  return { ...image, config: { ...image.config, ...change } };
}

function withHistory(image: ImageConfig, history: History): ImageConfig {
  return {
    ...image,
    ...(history.created === undefined ? {} : { created: history.created }),
    history: [...(image.history ?? []), history],
  };
}

/** No layers, nothing to run: what `FROM scratch` and `docker import` begin with. */
export function emptyImage(architecture: string, os: string): ImageConfig {
  return { architecture, os, config: {}, rootfs: { type: "layers", diff_ids: [] } };
}

/**
 * The configuration as bytes, and the digest that is the image's id. Keys are sorted at every level, so that equal
 * configurations have equal ids however they came about.
 */
export async function encodeConfig(image: ImageConfig): Promise<{ readonly id: Digest; readonly bytes: Uint8Array }> {
  const bytes = encodeDocument(image);
  return { id: await sha256(bytes), bytes };
}

/** JSON with sorted keys and no space in it. */
export function encodeDocument(document: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(document, (_key, value: unknown) => sorted(value)));
}

function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
