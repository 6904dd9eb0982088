import { familiarName, familiarString, repositoryName, withDefaultTag, type Reference } from "../../image/reference.ts";
import { parseIndex } from "../../image/document.ts";
import { findImage, ImageNotInLayout, resolveImage } from "../../image/layout.ts";
import type {
  DistributionInspect,
  ImageDeleteResponseItem,
  ImageHistoryResponseItem,
  ImageSummary,
} from "../../spec/engine-api.generated.ts";
import { NotFound, System } from "../errors.ts";
import type { ImageRecord } from "../records.ts";
import type { Filters } from "../router/filters.ts";
import type { Daemon } from "./daemon.ts";
import { loadArchive, saveArchive } from "./image/archive.ts";
import { Catalog, parse } from "./image/catalog.ts";
import { imageHistory } from "./image/history.ts";
import { imageJson } from "./image/image-json.ts";
import { importImage, type ImportRequest } from "./image/import.ts";
import { Layers } from "./image/layers.ts";
import { listImages, type ListOptions } from "./image/list.ts";
import type { Emit } from "./image/progress.ts";
import { pruneImages } from "./image/prune.ts";
import { pullImage, type PullRequest } from "./image/pull.ts";
import { createChild, tagImage } from "./image/register.ts";
import { notInRegistry, registryFault, unreachable } from "./image/registry-errors.ts";
import { Remover, type RemoveOptions } from "./image/remove.ts";
import { searchRegistry, type SearchRequest, type SearchResult } from "./image/search.ts";
import type { Images } from "./providers.ts";

/** The images of the engine: what the API does with them, and what containers need of them. */
export class ImageController implements Images {
  readonly #daemon: Daemon;
  readonly #catalog: Catalog;
  /** Who needs which layer. */
  readonly layers: Layers;
  readonly #remover: Remover;

  constructor(daemon: Daemon) {
    this.#daemon = daemon;
    this.#catalog = new Catalog(daemon.store);
    this.layers = new Layers(daemon);
    this.#remover = new Remover(daemon, this.#catalog, this.layers);
    // Layers of an image that was removed by force while a container had them.
    daemon.events.subscribe((event) => {
      if (event.Type === "container" && event.Action === "destroy") this.layers.dropAbandoned();
    });
  }

  resolve(reference: string): ImageRecord {
    return this.#catalog.find(reference);
  }

  idOf(reference: string): string | undefined {
    try {
      return this.#catalog.find(reference).id;
    } catch (error) {
      if (error instanceof NotFound) return undefined;
      throw error;
    }
  }

  displayName(reference: string, imageId: string): string {
    return reference !== imageId && this.#tryFind(reference)?.id !== imageId ? imageId : reference;
  }

  /** Undefined as well for text that is no reference. */
  #tryFind(text: string): ImageRecord | undefined {
    try {
      return this.#catalog.find(text);
    } catch {
      // What a container was made with may have been a name of another time.
      return undefined;
    }
  }

  async create(image: Parameters<Images["create"]>[0]): Promise<ImageRecord> {
    const reference = image.reference === undefined ? undefined : withDefaultTag(parse(image.reference));
    const record = await createChild(this.#daemon, this.layers, {
      ...image,
      architecture: this.#daemon.world.host.architecture,
    });
    if (reference !== undefined) tagImage(this.#daemon, reference, record, familiarString(reference));
    return record;
  }

  list(options: ListOptions): ImageSummary[] {
    return listImages(this.#daemon, this.#catalog, this.layers, options);
  }

  inspect(name: string): Record<string, unknown> {
    const image = this.#catalog.find(name);
    return imageJson(image, this.#catalog, { size: this.layers.size(image), graphDriver: null });
  }

  history(name: string): ImageHistoryResponseItem[] {
    return imageHistory(this.#daemon, this.#catalog, this.#catalog.find(name));
  }

  tag(name: string, reference: Reference): void {
    tagImage(this.#daemon, reference, this.#catalog.find(name), familiarString(reference));
  }

  async remove(name: string, options: RemoveOptions): Promise<ImageDeleteResponseItem[]> {
    const { records, layers } = this.#remover.remove(name, options);
    await this.layers.drop(layers);
    return records;
  }

  async prune(filters: Filters): Promise<{ deleted: ImageDeleteResponseItem[]; reclaimed: number }> {
    const { deleted, reclaimed, layers } = pruneImages(this.#daemon, this.#catalog, this.#remover, filters);
    await this.layers.drop([...layers, ...this.#daemon.store.looseLayers]);
    this.#daemon.events.publish("image", "prune", "", { reclaimed: String(reclaimed) });
    return { deleted, reclaimed };
  }

  async pull(request: PullRequest): Promise<(emit: Emit) => Promise<void>> {
    return await pullImage(this.#daemon, this.layers, request);
  }

  async import(
    request: Omit<ImportRequest, "architecture"> & { readonly architecture: string | undefined },
  ): Promise<ImageRecord> {
    const architecture = request.architecture ?? this.#daemon.world.host.architecture;
    return await importImage(this.#daemon, this.layers, { ...request, architecture });
  }

  async load(
    archive: Uint8Array,
    options: { readonly emit: Emit; readonly quiet: boolean; readonly signal: AbortSignal },
  ): Promise<void> {
    await loadArchive(this.#daemon, this.layers, archive, options);
  }

  async save(names: readonly string[]): Promise<ReadableStream<Uint8Array>> {
    return await saveArchive(this.#daemon, this.#catalog, this.layers, names);
  }

  async search(request: SearchRequest): Promise<SearchResult[]> {
    return await searchRegistry(this.#daemon, request);
  }

  /** Nothing can be pushed to: what is left is to say so as Docker would. */
  push(reference: Reference, emit: Emit): never {
    emit({ status: `The push refers to repository [${repositoryName(reference)}]` });
    const known = [...this.#daemon.store.references.keys()].some((key) => {
      const other = parse(key);
      return (
        repositoryName(other) === repositoryName(reference) &&
        (reference.tag === undefined || other.tag === reference.tag)
      );
    });
    throw known
      ? unreachable(reference.domain)
      : new System(`An image does not exist locally with the tag: ${familiarName(reference)}`);
  }

  /** What the registry has under a name, without pulling it. */
  async distribution(name: string, signal: AbortSignal): Promise<DistributionInspect> {
    const reference = withDefaultTag(parse(name));
    const { registry, host } = this.#daemon.world;
    const indexBytes = await registry.index(signal).catch((error: unknown) => {
      signal.throwIfAborted();
      throw registryFault(error);
    });
    const index = parseIndex(indexBytes);
    try {
      const { mediaType, digest, size } = findImage(index, reference);
      const source = { index: () => Promise.resolve(indexBytes), blob: registry.blob.bind(registry) };
      const platform = { os: "linux", architecture: host.architecture };
      const { config } = await resolveImage(source, reference, platform, signal);
      return {
        Descriptor: { mediaType, digest, size },
        Platforms: [{ architecture: config.architecture, os: config.os }],
      };
    } catch (error) {
      throw error instanceof ImageNotInLayout ? notInRegistry(reference, index) : error;
    }
  }

  /** Bytes of all layers that images stand on, each counted once. */
  layersSize(): number {
    const { store, world } = this.#daemon;
    const diffIds = new Set(store.images.all().flatMap(({ config }) => config.rootfs.diff_ids));
    return [...diffIds].reduce((sum, diffId) => sum + world.content.layerSize(diffId), 0);
  }

  restore(): Promise<void> {
    this.layers.restore();
    return Promise.resolve();
  }
}

export function createImages(daemon: Daemon): ImageController {
  return new ImageController(daemon);
}
