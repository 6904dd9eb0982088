import { type Descriptor, type Digest, type ImageConfig, type Manifest, mediaTypes } from "../spec/oci-image.ts";
import { digestHex, sha256 } from "./digest.ts";
import { REF_NAME } from "./layout.ts";
import { encodeDocument } from "./mutate.ts";
import { canonicalString, parseReference } from "./reference.ts";
import { padding, tarHeader } from "./tar/entry.ts";
import { encodeTarHeader, tarEnd } from "./tar/write.ts";

export interface ImageToArchive {
  readonly config: ImageConfig;
  readonly configBytes: Uint8Array;
  /** Familiar names with tags: `sl:1`. None for an image that was named by its id. */
  readonly repoTags: readonly string[];
}

/**
 * What `docker save` gives: an OCI image layout with Docker's `manifest.json` and `repositories` beside it, layers
 * uncompressed. The same images give the same bytes.
 */
export function writeArchive(
  images: readonly ImageToArchive[],
  layer: (diffId: Digest) => Promise<Uint8Array>,
): ReadableStream<Uint8Array> {
  const pieces = archive(images, layer);
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await pieces.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await pieces.return(undefined);
    },
  });
}

/** The manifest an archive has for an image: its layers uncompressed, so that their digests are diff ids. */
export async function archivedManifest(
  config: ImageConfig,
  configBytes: Uint8Array,
  layerSize: (diffId: Digest) => Promise<number>,
): Promise<{ readonly descriptor: Descriptor; readonly manifest: Manifest; readonly bytes: Uint8Array }> {
  const layers = await Promise.all(
    config.rootfs.diff_ids.map(async (digest): Promise<Descriptor> => ({
      mediaType: mediaTypes.layer,
      digest,
      size: await layerSize(digest),
    })),
  );
  const manifest: Manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: { mediaType: mediaTypes.config, digest: await sha256(configBytes), size: configBytes.length },
    layers,
  };
  const bytes = encodeDocument(manifest);
  const descriptor = { mediaType: mediaTypes.manifest, digest: await sha256(bytes), size: bytes.length };
  return { descriptor, manifest, bytes };
}

export interface IndexEntry {
  /** Of the manifest. */
  readonly descriptor: Descriptor;
  readonly repoTags: readonly string[];
}

/** The archive's `index.json`: a manifest once for each of its names. */
export function archivedIndex(entries: readonly IndexEntry[]): Uint8Array {
  const manifests = entries.flatMap(({ descriptor, repoTags }) =>
    repoTags.length === 0
      ? [descriptor]
      : repoTags.map((tag) => {
          const reference = parseReference(tag);
          const annotations = {
            "io.containerd.image.name": canonicalString(reference),
            [REF_NAME]: reference.tag ?? "",
          };
          return { ...descriptor, annotations };
        }),
  );
  return encodeDocument({ schemaVersion: 2, mediaType: mediaTypes.index, manifests });
}

async function* archive(
  images: readonly ImageToArchive[],
  layer: (diffId: Digest) => Promise<Uint8Array>,
): AsyncGenerator<Uint8Array, undefined> {
  const documents = new Map<string, Uint8Array>();
  const layers = new Set<Digest>();
  const entries: IndexEntry[] = [];
  const dockerManifest = [];
  const repositories: Record<string, Record<string, string>> = {};
  for (const { config, configBytes, repoTags } of images) {
    const diffIds = config.rootfs.diff_ids;
    const { descriptor, manifest, bytes } = await archivedManifest(
      config,
      configBytes,
      async (diffId) => (await layer(diffId)).length,
    );
    documents.set(blobPath(manifest.config.digest), configBytes).set(blobPath(descriptor.digest), bytes);
    for (const diffId of diffIds) layers.add(diffId);
    entries.push({ descriptor, repoTags });
    const top = diffIds.at(-1);
    if (top !== undefined)
      for (const tag of repoTags)
        (repositories[tag.slice(0, tag.lastIndexOf(":"))] ??= {})[parseReference(tag).tag ?? ""] = digestHex(top);
    dockerManifest.push({
      Config: blobPath(manifest.config.digest),
      RepoTags: repoTags.length === 0 ? null : repoTags,
      Layers: diffIds.map(blobPath),
      LayerSources: Object.fromEntries(manifest.layers.map((d) => [d.digest, d])),
    });
  }
  yield encodeTarHeader(tarHeader("blobs/", "directory"));
  yield encodeTarHeader(tarHeader("blobs/sha256/", "directory"));
  for (const path of [...documents.keys(), ...[...layers].map(blobPath)].sort()) {
    yield* file(path, documents.get(path) ?? (await layer(`sha256:${path.slice("blobs/sha256/".length)}`)));
  }
  yield* file("index.json", archivedIndex(entries));
  // Field order is Docker's: scripts read this one with grep.
  yield* file("manifest.json", new TextEncoder().encode(`${JSON.stringify(dockerManifest)}\n`));
  yield* file("oci-layout", encodeDocument({ imageLayoutVersion: "1.0.0" }));
  if (Object.keys(repositories).length > 0) yield* file("repositories", encodeDocument(repositories));
  yield tarEnd;
}

function blobPath(digest: Digest): string {
  return `blobs/sha256/${digestHex(digest)}`;
}

function* file(path: string, content: Uint8Array): Generator<Uint8Array> {
  yield encodeTarHeader(tarHeader(path, "file", { size: content.length }));
  yield content;
  yield new Uint8Array(padding(content.length));
}
