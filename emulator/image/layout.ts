import type { Descriptor, ImageConfig, Index, Manifest, Platform } from "../spec/oci-image.ts";
import { createDigester, DigestMismatch } from "./digest.ts";
import { InvalidDocument, isIndex, isManifest, parseImageConfig, parseIndex, parseManifest } from "./document.ts";
import { canonicalString, parseReference, repositoryName, type Reference, withDefaultTag } from "./reference.ts";

/** Where an OCI image layout lies: its `index.json`, and `blobs/<algorithm>/<hex>` by digest. */
export interface LayoutSource {
  index(signal: AbortSignal): Promise<Uint8Array>;
  blob(
    digest: string,
    signal: AbortSignal,
  ): Promise<{ readonly size: number; readonly body: ReadableStream<Uint8Array> }>;
}

/** The annotation that names an image in a layout; here with the whole name, `docker.io/library/busybox:latest`. */
export const REF_NAME = "org.opencontainers.image.ref.name";

/** A name that the layout has not. */
export class ImageNotInLayout extends Error {
  constructor(readonly reference: Reference) {
    super(`${canonicalString(reference)}: not found`);
    this.name = "ImageNotInLayout";
  }
}

export interface LayoutImage {
  readonly reference: Reference;
  readonly descriptor: Descriptor;
}

/** The images of a layout by name, in its order; entries without a name that can be one are left out. */
export function imagesOf(index: Index): LayoutImage[] {
  return index.manifests.flatMap((descriptor) => {
    const name = descriptor.annotations?.[REF_NAME];
    if (name === undefined) return [];
    try {
      return [{ reference: withDefaultTag(parseReference(name)), descriptor }];
    } catch {
      return [];
    }
  });
}

/** An image by what names it. A tag is looked for when there is no digest; a digest must be one of that repository. */
export function findImage(index: Index, reference: Reference): Descriptor {
  const wanted = withDefaultTag(reference);
  const found = imagesOf(index).find(
    (image) =>
      repositoryName(image.reference) === repositoryName(wanted) &&
      (wanted.digest === undefined ? image.reference.tag === wanted.tag : image.descriptor.digest === wanted.digest),
  );
  if (found === undefined) throw new ImageNotInLayout(wanted);
  return found.descriptor;
}

export interface ResolvedImage {
  /** Of the manifest; its digest is the image's RepoDigest. */
  readonly descriptor: Descriptor;
  readonly manifest: Manifest;
  readonly manifestBytes: Uint8Array;
  readonly config: ImageConfig;
  readonly configBytes: Uint8Array;
}

/** Manifest and configuration, verified; of an index, those for the platform. */
export async function resolveImage(
  source: LayoutSource,
  reference: Reference,
  platform: Platform,
  signal: AbortSignal,
): Promise<ResolvedImage> {
  const index = parseIndex(await source.index(signal));
  let descriptor = findImage(index, reference);
  if (isIndex(descriptor)) {
    const variants = parseIndex(await fetchBlob(source, descriptor, signal)).manifests;
    const fitting = variants.find((variant) => isManifest(variant) && fits(variant.platform, platform));
    if (fitting === undefined) {
      throw new Error(`no matching manifest for ${platform.os}/${platform.architecture} in the manifest list entries`);
    }
    descriptor = fitting;
  }
  const manifestBytes = await fetchBlob(source, descriptor, signal);
  const manifest = parseManifest(manifestBytes);
  const configBytes = await fetchBlob(source, manifest.config, signal);
  const config = parseImageConfig(configBytes);
  if (config.rootfs.diff_ids.length !== manifest.layers.length) {
    throw new InvalidDocument("image manifest", "layers and diff ids are not the same number");
  }
  return { descriptor, manifest, manifestBytes, config, configBytes };
}

function fits(offered: Platform | undefined, wanted: Platform): boolean {
  return offered?.os === wanted.os && offered.architecture === wanted.architecture;
}

/** A blob whole, of the size and the digest that its descriptor says. `onBytes` is told how many have come. */
export async function fetchBlob(
  source: LayoutSource,
  descriptor: Descriptor,
  signal: AbortSignal,
  onBytes?: (received: number) => void,
): Promise<Uint8Array> {
  const { body } = await source.blob(descriptor.digest, signal);
  const digester = await createDigester();
  const bytes = new Uint8Array(descriptor.size);
  let received = 0;
  for await (const piece of body) {
    signal.throwIfAborted();
    if (received + piece.length > bytes.length) throw wrongSize(descriptor, received + piece.length);
    bytes.set(piece, received);
    digester.update(piece);
    received += piece.length;
    onBytes?.(received);
  }
  if (received !== bytes.length) throw wrongSize(descriptor, received);
  const digest = digester.digest();
  if (digest !== descriptor.digest) throw new DigestMismatch(descriptor.digest, digest);
  return bytes;
}

function wrongSize({ digest, size }: Descriptor, received: number): InvalidDocument {
  return new InvalidDocument("blob", `${digest}: ${String(received)} bytes or more instead of ${String(size)}`);
}
