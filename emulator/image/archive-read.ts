import * as v from "valibot";
import type { Digest, ImageConfig } from "../spec/oci-image.ts";
import { DigestMismatch, sha256 } from "./digest.ts";
import { InvalidDocument, isIndex, isManifest, parseImageConfig, parseIndex, parseManifest } from "./document.ts";
import { gunzip, isGzip } from "./gzip.ts";
import { layerPath } from "./layer.ts";
import { REF_NAME } from "./layout.ts";
import { readTar } from "./tar/read.ts";

/** One image of an archive, its layers not yet looked at. */
export interface ArchivedImage {
  /** Digest of the configuration. */
  readonly id: Digest;
  readonly config: ImageConfig;
  readonly configBytes: Uint8Array;
  /** Names as the archive has them: `sl:1`. */
  readonly repoTags: readonly string[];
  /** Uncompressed tar of layer `index`, base first; DigestMismatch when it is not the diff id's. */
  layer(index: number): Promise<Uint8Array>;
}

/** A file that an archive must have and has not. Docker names it by where it unpacks the archive. */
export class ArchiveFileMissing extends Error {
  constructor(readonly file: string) {
    super(`open ${file}: no such file or directory`);
    this.name = "ArchiveFileMissing";
  }
}

const dockerManifest = v.array(
  v.object({
    Config: v.string(),
    RepoTags: v.exactOptional(v.nullable(v.array(v.string()))),
    Layers: v.nullable(v.array(v.string())),
  }),
);

/**
 * What `docker load` takes: an archive of `docker save`, old (a `layer.tar` in a folder for each layer) or new (blobs),
 * or an OCI image layout; gzipped or not. Throws TarError, ArchiveFileMissing, InvalidDocument.
 */
export async function readArchive(bytes: Uint8Array): Promise<ArchivedImage[]> {
  const files = filesOf(isGzip(bytes) ? await gunzip(bytes) : bytes);
  const manifest = files.get("manifest.json");
  if (manifest !== undefined) return dockerArchive(manifest, files);
  if (files.has("index.json")) return layoutArchive(files);
  // An archive of before 2016, which is no longer read, had this instead of a manifest; Docker misses it last.
  throw new ArchiveFileMissing("repositories");
}

type ArchiveFiles = ReadonlyMap<string, Uint8Array>;

/** By path. A link to another file is that file: `docker save` used to link layers that are the same. */
function filesOf(tar: Uint8Array): ArchiveFiles {
  const files = new Map<string, Uint8Array>();
  for (const entry of readTar(tar)) {
    const path = layerPath(entry.name).join("/");
    if (entry.kind === "file") files.set(path, entry.content);
    if (entry.kind === "symlink" || entry.kind === "hardlink") {
      const target = files.get(resolve(path, entry.linkName, entry.kind === "symlink"));
      if (target !== undefined) files.set(path, target);
    }
  }
  return files;
}

function resolve(path: string, target: string, relative: boolean): string {
  const parts = relative ? path.split("/").slice(0, -1) : [];
  for (const part of target.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts.join("/");
}

function open(files: ArchiveFiles, path: string): Uint8Array {
  const file = files.get(path);
  if (file === undefined) throw new ArchiveFileMissing(path);
  return file;
}

function openBlob(files: ArchiveFiles, digest: Digest): Uint8Array {
  return open(files, `blobs/${digest.replace(":", "/")}`);
}

async function dockerArchive(manifest: Uint8Array, files: ArchiveFiles): Promise<ArchivedImage[]> {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(manifest));
  } catch (error) {
    throw new InvalidDocument("manifest.json", error instanceof Error ? error.message : String(error));
  }
  const parsed = v.safeParse(dockerManifest, json);
  if (!parsed.success) throw new InvalidDocument("manifest.json", v.summarize(parsed.issues));
  return Promise.all(
    parsed.output.map(({ Config, RepoTags, Layers }) =>
      archivedImage(
        open(files, Config),
        RepoTags ?? [],
        (Layers ?? []).map((path) => () => open(files, path)),
      ),
    ),
  );
}

async function layoutArchive(files: ArchiveFiles): Promise<ArchivedImage[]> {
  const images = parseIndex(open(files, "index.json")).manifests.map(async (descriptor) => {
    const variants = isIndex(descriptor) ? parseIndex(openBlob(files, descriptor.digest)).manifests : [descriptor];
    // Of several platforms, the first that the archive really has.
    const present = variants.find((d) => isManifest(d) && files.has(`blobs/${d.digest.replace(":", "/")}`));
    if (present === undefined) throw new ArchiveFileMissing(`blobs/${descriptor.digest.replace(":", "/")}`);
    const bytes = openBlob(files, present.digest);
    await check(present.digest, bytes);
    const { config, layers } = parseManifest(bytes);
    // containerd writes the whole name beside the standard's annotation, which other tools fill with the tag alone.
    const name = descriptor.annotations?.["io.containerd.image.name"] ?? descriptor.annotations?.[REF_NAME];
    const repoTags = name?.includes(":") === true ? [name] : [];
    return archivedImage(
      openBlob(files, config.digest),
      repoTags,
      layers.map((layer) => () => openBlob(files, layer.digest)),
    );
  });
  return Promise.all(images);
}

async function archivedImage(
  configBytes: Uint8Array,
  repoTags: readonly string[],
  layers: readonly (() => Uint8Array)[],
): Promise<ArchivedImage> {
  const config = parseImageConfig(configBytes);
  const diffIds = config.rootfs.diff_ids;
  if (diffIds.length !== layers.length) {
    throw new Error(
      `invalid manifest, layers length mismatch: expected ${String(diffIds.length)}, got ${String(layers.length)}`,
    );
  }
  return {
    id: await sha256(configBytes),
    config,
    configBytes,
    repoTags,
    async layer(index) {
      const blob = layers[index]?.();
      const diffId = diffIds[index];
      if (blob === undefined || diffId === undefined) throw new RangeError(`no layer ${String(index)}`);
      const tar = isGzip(blob) ? await gunzip(blob) : blob;
      await check(diffId, tar);
      return tar;
    },
  };
}

async function check(expected: Digest, bytes: Uint8Array): Promise<void> {
  const actual = await sha256(bytes);
  if (actual !== expected) throw new DigestMismatch(expected, actual);
}
