import { DigestMismatch } from "../../../image/digest.ts";
import { gunzip, isGzip } from "../../../image/gzip.ts";
import { parseIndex } from "../../../image/document.ts";
import {
  fetchBlob,
  ImageNotInLayout,
  imagesOf,
  resolveImage,
  type LayoutSource,
  type ResolvedImage,
} from "../../../image/layout.ts";
import { familiarName, familiarString, repositoryName, type Reference } from "../../../image/reference.ts";
import type { Descriptor, Platform } from "../../../spec/oci-image.ts";
import { messageOf, NotFound, System } from "../../errors.ts";
import { step as told } from "../../steps.ts";
import { untilAborted } from "../../streams.ts";
import type { Daemon } from "../daemon.ts";
import type { Layers } from "./layers.ts";
import { bar, meter, step, type Emit } from "./progress.ts";
import { registerImage, setReference } from "./register.ts";
import { notInRegistry, registryFault } from "./registry-errors.ts";

export interface PullRequest {
  /** Without tag and digest: every tag of the repository. */
  readonly reference: Reference;
  /** What the client insists on. */
  readonly platform: Platform | undefined;
  readonly signal: AbortSignal;
}

/** Layers fetched at a time, as dockerd does by default. */
const concurrentDownloads = 3;

/**
 * Looks an image up and gives the rest of the pull as a function, so that a name that is not there is an answer with a
 * status, and only what comes after is a stream.
 */
export async function pullImage(
  daemon: Daemon,
  layers: Layers,
  request: PullRequest,
): Promise<(emit: Emit) => Promise<void>> {
  const { registry } = daemon.world;
  const { signal } = request;
  const indexBytes = await registry.index(signal).catch((error: unknown) => {
    signal.throwIfAborted();
    throw registryFault(error);
  });
  // One reading of the index for the whole pull.
  const source: LayoutSource = {
    index: () => Promise.resolve(indexBytes),
    async blob(digest, blobSignal) {
      const { size, body } = await registry.blob(digest, blobSignal);
      return { size, body: untilAborted(body, blobSignal) };
    },
  };
  const index = parseIndex(indexBytes);
  const { reference } = request;
  const wanted =
    reference.tag === undefined && reference.digest === undefined
      ? imagesOf(index)
          .map((image) => image.reference)
          .filter((each) => repositoryName(each) === repositoryName(reference))
      : [reference];
  if (wanted.length === 0) throw notInRegistry(reference, index);
  const platform = request.platform ?? { os: "linux", architecture: daemon.world.host.architecture };
  const images: { reference: Reference; image: ResolvedImage }[] = [];
  for (const each of wanted)
    try {
      const image = await resolveImage(source, each, platform, signal);
      if (request.platform !== undefined && image.config.architecture !== platform.architecture)
        throw new NotFound(
          `no matching manifest for ${platform.os}/${platform.architecture} in the manifest list entries`,
        );
      images.push({ reference: each, image });
    } catch (error) {
      throw error instanceof ImageNotInLayout ? notInRegistry(each, index) : error;
    }
  return async (emit) => {
    for (const { reference: each, image } of images)
      await fetchImage({ daemon, layers, source, reference: each, image, signal, emit });
  };
}

interface Fetch {
  readonly daemon: Daemon;
  readonly layers: Layers;
  readonly source: LayoutSource;
  readonly reference: Reference;
  readonly image: ResolvedImage;
  readonly signal: AbortSignal;
  readonly emit: Emit;
}

async function fetchImage(fetch: Fetch): Promise<void> {
  const { daemon, layers, reference, image, emit } = fetch;
  const { config, configBytes, manifest, descriptor } = image;
  emit({ status: `Pulling from ${reference.path}`, id: reference.digest ?? reference.tag ?? "" });
  const release = layers.hold(config.rootfs.diff_ids);
  let changed: boolean;
  try {
    if (daemon.store.images.get(manifest.config.digest) === undefined) await fetchLayers(fetch);
    fetch.signal.throwIfAborted();
    const record = await registerImage(daemon, {
      id: manifest.config.digest,
      config,
      configBytes,
      manifestDigest: descriptor.digest,
    });
    const { domain, path } = reference;
    setReference(daemon, { domain, path, digest: descriptor.digest }, record);
    changed = reference.digest === undefined ? setReference(daemon, reference, record) : false;
    daemon.events.publish("image", "pull", familiarString(reference), {
      ...config.config?.Labels,
      name: familiarName(reference),
    });
  } finally {
    release();
  }
  emit({ status: `Digest: ${descriptor.digest}` });
  const name = familiarString(reference);
  emit({ status: changed ? `Status: Downloaded newer image for ${name}` : `Status: Image is up to date for ${name}` });
}

/** Downloads side by side, registers in order. What has been registered stays when the rest fails, for the next pull. */
async function fetchLayers(fetch: Fetch): Promise<void> {
  const { daemon, layers, image, emit } = fetch;
  const { content } = daemon.world;
  const missing = image.manifest.layers.flatMap((descriptor, i) => {
    const diffId = image.config.rootfs.diff_ids[i] ?? "";
    const there = content.hasLayer(diffId);
    emit(step(short(descriptor.digest), there ? "Already exists" : "Pulling fs layer"));
    return there ? [] : [{ descriptor, diffId }];
  });
  for (const { descriptor } of missing.slice(concurrentDownloads)) emit(step(short(descriptor.digest), "Waiting"));
  // One failure ends the downloads that are still going on.
  const failing = new AbortController();
  const signal = AbortSignal.any([fetch.signal, failing.signal]);
  const gate = new Gate(concurrentDownloads);
  const downloads = missing.map(({ descriptor }) => gate.run(() => download({ ...fetch, signal }, descriptor)));
  for (const pending of downloads) pending.catch(() => undefined);
  try {
    for (const [i, { descriptor, diffId }] of missing.entries()) {
      const blob = await downloads[i];
      if (blob === undefined) continue;
      signal.throwIfAborted();
      const id = short(descriptor.digest);
      emit(bar(id, "Extracting", 0, descriptor.size));
      await told(daemon.world, { name: "unpack", layer: descriptor }, async () => {
        const tar = isGzip(blob) ? await gunzip(blob) : blob;
        daemon.store.looseLayers.add(diffId);
        await layers.put(diffId, tar).catch((error: unknown) => {
          throw new System(`failed to register layer: ${messageOf(error)}`, { cause: error });
        });
      });
      emit(bar(id, "Extracting", descriptor.size, descriptor.size));
      emit(step(id, "Pull complete"));
    }
  } finally {
    failing.abort();
    await Promise.allSettled(downloads);
  }
}

async function download({ daemon, source, signal, emit }: Fetch, descriptor: Descriptor): Promise<Uint8Array> {
  signal.throwIfAborted();
  const id = short(descriptor.digest);
  try {
    const blob = await told(daemon.world, { name: "download", layer: descriptor }, () =>
      fetchBlob(source, descriptor, signal, meter(emit, id, "Downloading", descriptor.size)),
    );
    emit(step(id, "Verifying Checksum"));
    emit(step(id, "Download complete"));
    return blob;
  } catch (error) {
    if (error instanceof DigestMismatch)
      throw new System(`filesystem layer verification failed for digest ${descriptor.digest}`, { cause: error });
    throw error;
  }
}

function short(digest: string): string {
  return digest.slice("sha256:".length, "sha256:".length + 12);
}

/** Lets so many tasks run at a time. */
class Gate {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(width: number) {
    this.#free = width;
  }

  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}
