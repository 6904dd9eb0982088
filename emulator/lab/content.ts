import * as v from "valibot";
import type { Registry } from "../engine/runtime.ts";
import { verify } from "../image/digest.ts";
import { gunzip, gzip, isGzip } from "../image/gzip.ts";
import type { MemoryContentStore } from "../layerfs/content-store.ts";

/** Content up to this size is kept in the save itself; larger layers are named by digest. */
const inlineLimit = 64 * 1024;

const digest = v.pipe(v.string(), v.regex(/^sha256:[0-9a-f]{64}$/));

/**
 * What the content store held, as plain data. A layer that the shipped registry has is fetched from there; one that was
 * made here (built, committed, loaded) is kept beside the saves under its diff id.
 */
export const savedContent = v.object({
  blobs: v.array(v.object({ digest, base64: v.string() })),
  layers: v.array(v.object({ diffId: digest, blob: v.nullable(digest), base64: v.nullable(v.string()) })),
});
export type SavedContent = v.InferOutput<typeof savedContent>;

/** Where layers that were made here are kept, gzipped, by diff id. */
export interface LayerStore {
  has(diffId: string): Promise<boolean>;
  get(diffId: string): Promise<Uint8Array | undefined>;
  put(diffId: string, gzipped: Uint8Array): Promise<void>;
}

/** A save that names content which is nowhere to be found, or is not what its digest says. */
export class ContentMissing extends Error {
  constructor(readonly digest: string) {
    super(`content ${digest} is neither in the registry nor beside the save`);
    this.name = "ContentMissing";
  }
}

const manifest = v.object({ config: v.object({ digest }), layers: v.array(v.object({ digest })) });
const config = v.object({ rootfs: v.object({ diff_ids: v.array(digest) }) });

/** Diff id to blob digest, for every image of the shipped registry. */
export async function registryLayers(registry: Registry, signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
  const read = async <S extends v.GenericSchema>(schema: S, blob: string) =>
    v.parse(schema, JSON.parse(new TextDecoder().decode(await fetchBlob(registry, blob, signal))));
  const index = v.parse(
    v.object({ manifests: v.array(v.object({ digest })) }),
    JSON.parse(new TextDecoder().decode(await registry.index(signal))),
  );
  const pairs = await Promise.all(
    [...new Set(index.manifests.map((m) => m.digest))].map(async (name) => {
      const { config: configuration, layers } = await read(manifest, name);
      const { rootfs } = await read(config, configuration.digest);
      return rootfs.diff_ids.flatMap((diffId, i): [string, string][] =>
        layers[i] === undefined ? [] : [[diffId, layers[i].digest]],
      );
    }),
  );
  return new Map(pairs.flat());
}

/** Takes stock of the store; layers that exist nowhere else are put into `own` first. */
export async function exportContent(
  content: MemoryContentStore,
  shipped: ReadonlyMap<string, string>,
  own: LayerStore,
): Promise<SavedContent> {
  const { blobs, layers } = content.digests();
  const inline = await Promise.all(blobs.map(async (name) => ({ digest: name, bytes: await content.get(name) })));
  const small = new Map<string, string>();
  for (const diffId of layers) {
    if (shipped.has(diffId) || (await own.has(diffId))) continue;
    const gzipped = gzip(await content.getLayer(diffId), 1);
    if (gzipped.length <= inlineLimit) small.set(diffId, toBase64(gzipped));
    else await own.put(diffId, gzipped);
  }
  return {
    blobs: inline
      .filter(({ bytes }) => bytes.length <= inlineLimit)
      .map(({ digest: name, bytes }) => ({ digest: name, base64: toBase64(bytes) })),
    layers: layers.map((diffId) => ({ diffId, blob: shipped.get(diffId) ?? null, base64: small.get(diffId) ?? null })),
  };
}

/** Puts everything back, verified, before the machine resumes. Throws ContentMissing, DigestMismatch. */
export async function importContent(
  saved: SavedContent,
  content: MemoryContentStore,
  registry: Registry,
  own: LayerStore,
  signal: AbortSignal,
): Promise<void> {
  await Promise.all([
    ...saved.blobs.map(({ digest: name, base64 }) => content.put(name, fromBase64(base64))),
    ...saved.layers.map(async ({ diffId, blob, base64 }) => {
      if (content.hasLayer(diffId)) return;
      const bytes =
        base64 !== null
          ? fromBase64(base64)
          : blob === null
            ? await own.get(diffId)
            : await fetchBlob(registry, blob, signal);
      if (bytes === undefined) throw new ContentMissing(diffId);
      await content.putLayer(diffId, isGzip(bytes) ? await gunzip(bytes) : bytes);
    }),
  ]);
}

async function fetchBlob(registry: Registry, name: string, signal: AbortSignal): Promise<Uint8Array> {
  const { size, body } = await registry.blob(name, signal);
  const bytes = new Uint8Array(size);
  let at = 0;
  for await (const chunk of body) {
    if (at + chunk.length > size) throw new ContentMissing(name);
    bytes.set(chunk, at);
    at += chunk.length;
  }
  await verify(name, bytes.subarray(0, at));
  return bytes.subarray(0, at);
}

function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}
