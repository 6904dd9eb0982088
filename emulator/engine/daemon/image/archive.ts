import { ArchiveFileMissing, readArchive, type ArchivedImage } from "../../../image/archive-read.ts";
import { writeArchive, type ImageToArchive } from "../../../image/archive-write.ts";
import { isDigest } from "../../../image/digest.ts";
import { familiarString, repositoryName } from "../../../image/reference.ts";
import { NotFound, System } from "../../errors.ts";
import type { ImageRecord } from "../../records.ts";
import type { Daemon } from "../daemon.ts";
import { keyOf, parse, type Catalog } from "./catalog.ts";
import type { Layers } from "./layers.ts";
import { bar, type Emit } from "./progress.ts";
import { publishImage, registerImage, setReference } from "./register.ts";

/** `docker load`: every image of the archive, its layers first; nothing is named before all of it is there. */
export async function loadArchive(
  daemon: Daemon,
  layers: Layers,
  archive: Uint8Array,
  options: { readonly emit: Emit; readonly quiet: boolean; readonly signal: AbortSignal },
): Promise<void> {
  const { emit } = options;
  const images = await readArchive(archive).catch((error: unknown) => {
    if (error instanceof ArchiveFileMissing) throw missingFile(daemon, error.file);
    throw error;
  });
  const untagged: string[] = [];
  let lastTags = 0;
  for (const image of images) {
    const record = await loadImage(daemon, layers, image, options);
    untagged.push(`Loaded image ID: ${image.id}\n`);
    lastTags = image.repoTags.length;
    for (const tag of image.repoTags) emit({ stream: loadTag(daemon, tag, record) });
    publishImage(daemon, "load", record, record.id);
  }
  if (lastTags === 0) emit({ stream: untagged.join("") });
}

async function loadImage(
  daemon: Daemon,
  layers: Layers,
  image: ArchivedImage,
  { emit, quiet, signal }: { readonly emit: Emit; readonly quiet: boolean; readonly signal: AbortSignal },
): Promise<ImageRecord> {
  const { content } = daemon.world;
  const diffIds = image.config.rootfs.diff_ids;
  const release = layers.hold(diffIds);
  try {
    for (const [i, diffId] of diffIds.entries()) {
      signal.throwIfAborted();
      if (content.hasLayer(diffId)) continue;
      const tar = await image.layer(i);
      const id = diffId.slice("sha256:".length, "sha256:".length + 12);
      if (!quiet) emit(bar(id, "Loading layer", 0, tar.length));
      daemon.store.looseLayers.add(diffId);
      await layers.put(diffId, tar);
      if (!quiet) emit(bar(id, "Loading layer", tar.length, tar.length));
    }
    const { id, config, configBytes } = image;
    return await registerImage(daemon, { id, config, configBytes });
  } finally {
    release();
  }
}

function loadTag(daemon: Daemon, tag: string, record: ImageRecord): string {
  const reference = parse(tag);
  const name = familiarString(reference);
  if (reference.tag === undefined) throw new System(`invalid tag ${JSON.stringify(tag)}`);
  const before = daemon.store.references.get(keyOf(reference));
  setReference(daemon, reference, record);
  const loaded = `Loaded image: ${name}\n`;
  if (before === undefined || before === record.id) return loaded;
  return `The image ${name} already exists, renaming the old one with ID ${before} to empty string\n${loaded}`;
}

/** dockerd names the file where it has unpacked the archive. */
function missingFile(daemon: Daemon, file: string): System {
  const number = daemon.world.random(4).reduce((sum, byte) => sum * 256 + byte, 0);
  return new System(`open /var/lib/docker/tmp/docker-import-${String(number)}/${file}: no such file or directory`);
}

/** `docker save`. Names are looked up at once; the layers are held until the stream has ended. */
export async function saveArchive(
  daemon: Daemon,
  catalog: Catalog,
  layers: Layers,
  names: readonly string[],
): Promise<ReadableStream<Uint8Array>> {
  const chosen = new Map<ImageRecord, Set<string>>();
  for (const name of names)
    for (const { image, tag } of chooseImages(daemon, catalog, name)) {
      const tags = chosen.get(image) ?? new Set();
      if (tag !== undefined) tags.add(tag);
      chosen.set(image, tags);
    }
  const release = layers.hold([...chosen.keys()].flatMap(({ config }) => config.rootfs.diff_ids));
  try {
    const { content } = daemon.world;
    const images = await Promise.all(
      [...chosen].map(async ([image, tags]): Promise<ImageToArchive> => ({
        config: image.config,
        configBytes: await content.get(image.id),
        repoTags: [...tags],
      })),
    );
    for (const image of chosen.keys()) publishImage(daemon, "save", image, image.id);
    return whenEnded(
      writeArchive(images, (diffId) => content.getLayer(diffId)),
      release,
    );
  } catch (error) {
    release();
    throw error;
  }
}

/** A name without a tag means all tags of the repository. */
function chooseImages(
  daemon: Daemon,
  catalog: Catalog,
  name: string,
): { readonly image: ImageRecord; readonly tag: string | undefined }[] {
  if (isDigest(name) || /^[0-9a-f]{64}$/.test(name)) return [{ image: catalog.find(name), tag: undefined }];
  const reference = parse(name);
  if (reference.tag !== undefined || reference.digest !== undefined) {
    const image = catalog.referred(reference);
    if (image === undefined) throw new NotFound("reference does not exist");
    return [{ image, tag: reference.digest === undefined ? familiarString(reference) : undefined }];
  }
  const tagged = [...daemon.store.references]
    .map(([key, id]) => ({ reference: parse(key), image: daemon.store.images.get(id) }))
    .filter(
      (each) => each.reference.digest === undefined && repositoryName(each.reference) === repositoryName(reference),
    )
    .flatMap(({ reference: each, image }) => (image === undefined ? [] : [{ image, tag: familiarString(each) }]));
  if (tagged.length > 0) return tagged;
  try {
    return [{ image: catalog.find(name), tag: undefined }];
  } catch (error) {
    if (error instanceof NotFound) throw new NotFound(`No such image: ${name}`);
    throw error;
  }
}

function whenEnded(stream: ReadableStream<Uint8Array>, ended: () => void): ReadableStream<Uint8Array> {
  const reader = stream.getReader();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (!done) {
          controller.enqueue(value);
          return;
        }
        ended();
        controller.close();
      } catch (error) {
        ended();
        throw error;
      }
    },
    async cancel(reason) {
      ended();
      await reader.cancel(reason);
    },
  });
}
