/**
 * layout.ts LAYERS REGISTRY: joins the layers in a folder (NAME.tar, NAME.tar.gz) and the definitions of the images into
 * an OCI image layout. Blobs that nothing names any more are removed.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { mediaTypes, type Descriptor, type ImageConfig, type Index, type Manifest } from "../../spec/oci-image.ts";
import { readLock, upstreamVersion } from "../lock.ts";
import { busybox } from "./busybox/image.ts";
import { debian } from "./debian/image.ts";
import { helloWorld } from "./hello-world/image.ts";
import type { ImageDefinition } from "./image.ts";
import { nginx } from "./nginx/image.ts";
import { python } from "./python/image.ts";
import { redis } from "./redis/image.ts";

export const images: readonly ImageDefinition[] = [busybox, debian, helloWorld, nginx, python, redis];

const platform = { architecture: "386", os: "linux" } as const;
/** Of every image but busybox, which has no date; that of every file in the layers. */
const created = "2024-01-01T00:00:00Z";

const guest = join(import.meta.dirname, "..");
const [layersFolder, registry] = process.argv.slice(2);
if (layersFolder === undefined || registry === undefined) throw new Error("usage: layout.ts LAYERS REGISTRY");
const blobs = join(registry, "blobs", "sha256");
const lock = readLock(guest);
const kept = new Set<string>();

const sha256 = (bytes: Uint8Array | string) => createHash("sha256").update(bytes).digest("hex");

function put(mediaType: string, bytes: Uint8Array | string): Descriptor {
  const hex = sha256(bytes);
  writeFileSync(join(blobs, hex), bytes);
  kept.add(hex);
  return { mediaType, digest: `sha256:${hex}`, size: Buffer.byteLength(bytes) };
}

function putLayer(name: string) {
  const tar = readFileSync(join(layersFolder as string, `${name}.tar`));
  const blob = put(mediaTypes.layerGzip, readFileSync(join(layersFolder as string, `${name}.tar.gz`)));
  return { name, diffId: `sha256:${sha256(tar)}`, blob };
}

function versionOf({ versionOf: wanted }: ImageDefinition): string | undefined {
  if (wanted === undefined) return undefined;
  const found = lock.find(({ kind, name }) => kind === wanted.kind && name === wanted.name);
  if (found === undefined) throw new Error(`packages.lock has no ${wanted.kind} ${wanted.name}`);
  return (wanted.read ?? upstreamVersion)(found.version);
}

function filledIn<T>(value: T, version: string | undefined): T {
  const parts = version?.split(".") ?? [];
  const text = JSON.stringify(value)
    .replaceAll("{version}", version ?? "")
    .replaceAll("{minor}", parts.slice(0, 2).join("."))
    .replaceAll("{major}", parts[0] ?? "");
  return JSON.parse(text) as T;
}

function putImage(template: ImageDefinition): Descriptor[] {
  const version = versionOf(template);
  const image = filledIn(template, version);
  const layers = image.layers.map(putLayer);
  const annotations = {
    "org.opencontainers.image.title": image.title,
    "org.opencontainers.image.description": image.description,
    "org.opencontainers.image.licenses": image.licences,
    ...(version === undefined ? {} : { "org.opencontainers.image.version": version }),
    "org.opencontainers.image.vendor": "Drydock; this is not the official image of the same name",
  };
  const rootfs = { type: "layers", diff_ids: layers.map(({ diffId }) => diffId) } as const;
  const config: ImageConfig =
    image.labelled === false
      ? { ...platform, config: image.config, rootfs, history: [{ created_by: "x" }] }
      : {
          created,
          ...platform,
          config: { ...image.config, Labels: annotations },
          rootfs,
          history: [
            ...layers.map(({ name }) => ({ created, created_by: `COPY ${name}/ / # emulator/guest/images/${name}` })),
            ...image.instructions.map((instruction) => ({ created, created_by: instruction, empty_layer: true })),
          ],
        };
  const manifest: Manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: put(mediaTypes.config, JSON.stringify(config)),
    layers: layers.map(({ blob }) => blob),
    annotations,
  };
  const descriptor = put(mediaTypes.manifest, JSON.stringify(manifest));
  return image.tags.map((tag) => ({
    ...descriptor,
    platform,
    annotations: { "org.opencontainers.image.ref.name": `docker.io/library/${image.repository}:${tag}` },
  }));
}

mkdirSync(blobs, { recursive: true });
const manifests = images.flatMap(putImage);
const index: Index = { schemaVersion: 2, mediaType: mediaTypes.index, manifests };
writeFileSync(join(registry, "index.json"), `${JSON.stringify(index, undefined, 1)}\n`);
writeFileSync(join(registry, "oci-layout"), `${JSON.stringify({ imageLayoutVersion: "1.0.0" })}\n`);
for (const hex of readdirSync(blobs)) if (!kept.has(hex)) rmSync(join(blobs, hex));
