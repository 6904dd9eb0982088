import { type Descriptor, type Digest, type ImageConfig, mediaTypes } from "../spec/oci-image.ts";
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

async function* archive(
  images: readonly ImageToArchive[],
  layer: (diffId: Digest) => Promise<Uint8Array>,
): AsyncGenerator<Uint8Array, undefined> {
  const documents = new Map<string, Uint8Array>();
  const layers = new Set<Digest>();
  const manifests: Descriptor[] = [];
  const dockerManifest = [];
  const repositories: Record<string, Record<string, string>> = {};
  for (const { config, configBytes, repoTags } of images) {
    const diffIds = config.rootfs.diff_ids;
    const descriptors = await Promise.all(
      diffIds.map(async (digest) => ({ mediaType: mediaTypes.layer, digest, size: (await layer(digest)).length })),
    );
    const configId = await sha256(configBytes);
    const manifest = encodeDocument({
      schemaVersion: 2,
      mediaType: mediaTypes.manifest,
      config: { mediaType: mediaTypes.config, digest: configId, size: configBytes.length },
      layers: descriptors,
    });
    const manifestId = await sha256(manifest);
    documents.set(blobPath(configId), configBytes).set(blobPath(manifestId), manifest);
    for (const diffId of diffIds) layers.add(diffId);
    const descriptor = { mediaType: mediaTypes.manifest, digest: manifestId, size: manifest.length };
    if (repoTags.length === 0) manifests.push(descriptor);
    for (const tag of repoTags) {
      const reference = parseReference(tag);
      manifests.push({
        ...descriptor,
        annotations: { "io.containerd.image.name": canonicalString(reference), [REF_NAME]: reference.tag ?? "" },
      });
      const top = diffIds.at(-1);
      if (top !== undefined)
        (repositories[tag.slice(0, tag.lastIndexOf(":"))] ??= {})[reference.tag ?? ""] = digestHex(top);
    }
    dockerManifest.push({
      Config: blobPath(configId),
      RepoTags: repoTags.length === 0 ? null : repoTags,
      Layers: diffIds.map(blobPath),
      LayerSources: Object.fromEntries(descriptors.map((d) => [d.digest, d])),
    });
  }
  const index = encodeDocument({ schemaVersion: 2, mediaType: mediaTypes.index, manifests });

  yield encodeTarHeader(tarHeader("blobs/", "directory"));
  yield encodeTarHeader(tarHeader("blobs/sha256/", "directory"));
  for (const path of [...documents.keys(), ...[...layers].map(blobPath)].sort()) {
    yield* file(path, documents.get(path) ?? (await layer(`sha256:${path.slice("blobs/sha256/".length)}`)));
  }
  yield* file("index.json", index);
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
