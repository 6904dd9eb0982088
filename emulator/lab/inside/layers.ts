import { chainIds } from "../../image/chain.ts";
import { isDigest, verify } from "../../image/digest.ts";
import { familiarString, parseReference } from "../../image/reference.ts";
import { parseManifest } from "../../image/document.ts";
import { archivedIndex, archivedManifest } from "../../image/archive-write.ts";
import type { EngineState } from "../../engine/state.ts";
import type { ImageRecord } from "../../engine/records.ts";
import type { Files, Registry, Snapshotter } from "../../engine/runtime.ts";
import type { HttpResponse } from "../../http/message.ts";
import type { MemoryContentStore } from "../../layerfs/content-store.ts";
import type { LayerTree } from "../../layerfs/tree.ts";
import type { ImageBrief, ImageDocuments, ImageFacts, LayerFacts } from "../../observe/layers/facts.ts";
import type { Descriptor, Manifest } from "../../spec/oci-image.ts";
import { InsideError, json, type InsidePart } from "./inside.ts";
import { layerContent, layerListing } from "./layer-listing.ts";
import { containerBrief, UpperReader } from "./upper-reading.ts";

/** What the layer view looks into. Nothing in it changes anything. */
export interface LayersSource {
  readonly state: () => Pick<EngineState, "images" | "references" | "containers">;
  readonly content: Pick<MemoryContentStore, "tree" | "get" | "has" | "getLayer" | "hasLayer">;
  readonly registry: Registry;
  readonly snapshotter: Pick<Snapshotter, "describe" | "changes">;
  readonly files: Pick<Files, "stat" | "read">;
}

/** No request gives more of a file than this. */
const mostBytes = 1024 * 1024;

/**
 * `/inside/layers/…`, all GET:
 * - `images`: every image, briefly, and every container; `images/<id>`: one; `images/<id>/documents`: its JSON documents
 * - `listing/<diff id>`: the names in a layer; `content/<diff id>/<node>?offset=&limit=`: a file's bytes
 * - `containers/<id>`: the writable layer now; `containers/<id>/content?path=&limit=`: a file of it
 * - `blob/<digest>`: the bytes of a configuration, manifest or layer, as they are stored
 */
export function layersPart(source: LayersSource): InsidePart {
  const manifests = new Map<string, Promise<Uint8Array>>();
  const upper = new UpperReader(source.snapshotter, source.files);

  /** A pulled image's manifest; kept, as it cannot change. */
  function manifestBytes(digest: string, signal: AbortSignal): Promise<Uint8Array> {
    const known = manifests.get(digest);
    if (known !== undefined) return known;
    const fetched = registryBlob(source.registry, digest, signal);
    manifests.set(digest, fetched);
    fetched.catch(() => manifests.delete(digest));
    return fetched;
  }

  async function manifestOf(image: ImageRecord, signal: AbortSignal): Promise<Manifest | undefined> {
    return image.manifestDigest === undefined
      ? undefined
      : parseManifest(await manifestBytes(image.manifestDigest, signal));
  }

  async function imageFacts(id: string, signal: AbortSignal): Promise<ImageFacts> {
    const state = source.state();
    const image = imageOf(state, id);
    const diffIds = image.config.rootfs.diff_ids;
    // A base that was pulled under its own name has its blobs there.
    const related = state.images.filter((other) => other.config.rootfs.diff_ids.some((each) => diffIds.includes(each)));
    const [chain, ...pulled] = await Promise.all([
      chainIds(diffIds),
      ...related.map(async (other) => ({ other, manifest: await manifestOf(other, signal) })),
    ]);
    const blobs = new Map(
      pulled
        .flatMap(({ other, manifest }) =>
          other.config.rootfs.diff_ids.map((diffId, i): [string, Descriptor | undefined] => [
            diffId,
            manifest?.layers[i],
          ]),
        )
        .filter(([, blob]) => blob !== undefined),
    );
    const layers = diffIds.map((diffId, i): LayerFacts => {
      const tree = treeOf(source, diffId);
      const blob = blobs.get(diffId);
      return {
        diffId,
        chainId: chain[i] ?? diffId,
        digest: blob?.digest,
        blobSize: blob?.size,
        size: tree.size,
        tarSize: tree.tar.length,
      };
    });
    return { ...imageBrief(state, image), config: image.config, layers };
  }

  async function documents(id: string, signal: AbortSignal): Promise<ImageDocuments> {
    const state = source.state();
    const image = imageOf(state, id);
    const configBytes = await source.content.get(image.id);
    const config = { digest: image.id, text: text(configBytes) };
    if (image.manifestDigest !== undefined) {
      const [index, manifest] = await Promise.all([
        source.registry.index(signal),
        manifestBytes(image.manifestDigest, signal),
      ]);
      return {
        origin: "registry",
        index: text(index),
        manifest: { digest: image.manifestDigest, text: text(manifest) },
        config,
      };
    }
    const { descriptor, bytes } = await builtManifest(image, configBytes);
    const index = archivedIndex([{ descriptor, repoTags: imageBrief(state, image).references }]);
    return {
      origin: "built",
      index: text(index),
      manifest: { digest: descriptor.digest, text: text(bytes) },
      config,
    };
  }

  async function builtManifest(
    image: ImageRecord,
    configBytes: Uint8Array,
  ): Promise<{ descriptor: Descriptor; bytes: Uint8Array }> {
    return archivedManifest(
      image.config,
      configBytes,
      async (diffId) => (await source.content.getLayer(diffId)).length,
    );
  }

  async function blob(digest: string, signal: AbortSignal): Promise<HttpResponse> {
    if (!isDigest(digest)) throw new InsideError(400, `invalid digest ${JSON.stringify(digest)}`);
    if (source.content.has(digest)) return octets(await source.content.get(digest));
    if (source.content.hasLayer(digest)) return octets(await source.content.getLayer(digest));
    const { images } = source.state();
    for (const image of images) {
      if (image.manifestDigest === digest) return octets(await manifestBytes(digest, signal));
      if (image.manifestDigest === undefined) {
        const built = await builtManifest(image, await source.content.get(image.id));
        if (built.descriptor.digest === digest) return octets(built.bytes);
      } else if ((await manifestOf(image, signal))?.layers.some((layer) => layer.digest === digest)) {
        const { body, size } = await source.registry.blob(digest, signal);
        return { status: 200, headers: { ...binary, "x-size": String(size) }, body };
      }
    }
    throw new InsideError(404, `no image here has ${digest}`);
  }

  function containerOf(id: string) {
    const container = source.state().containers.find((each) => each.id === id);
    if (container === undefined) throw new InsideError(404, `No such container: ${id}`);
    return container;
  }

  async function upperContent(id: string, path: string, limit: number): Promise<HttpResponse> {
    const { upperDir } = source.snapshotter.describe(containerOf(id).id);
    const stat = await source.files.stat(upperDir, path);
    if (stat?.kind !== "file") throw new InsideError(404, `${path} is no file of the writable layer`);
    if (stat.size > mostBytes) throw new InsideError(409, `${path} has more than 1 MB; read it in the terminal`);
    const bytes = await source.files.read(upperDir, path);
    return octets(bytes.subarray(0, limit), bytes.length);
  }

  return async ({ method, path, query, signal }) => {
    if (method !== "GET") throw new InsideError(400, "the layer view only reads");
    const [noun = "", id = "", rest = ""] = path.split("/").slice(1).map(decode);
    const limit = number(query.get("limit"), mostBytes);
    switch (noun) {
      case "images": {
        if (rest === "documents") return json(await documents(id, signal));
        if (id !== "") return json(await imageFacts(id, signal));
        const state = source.state();
        return json({
          images: state.images.map((image) => imageBrief(state, image)),
          containers: state.containers.map(containerBrief),
        });
      }
      case "listing":
        return json(layerListing(id, treeOf(source, id)));
      case "content": {
        const found = layerContent(treeOf(source, id), number(rest, -1), number(query.get("offset"), 0), limit);
        if (found === undefined) throw new InsideError(404, `no file ${rest} in ${id}`);
        return octets(found.bytes, found.size);
      }
      case "containers":
        if (rest === "content") return upperContent(id, query.get("path") ?? "", limit);
        return json(await upper.read(containerOf(id)));
      case "blob":
        return blob(id, signal);
      default:
        throw new InsideError(404, `nothing is known of ${noun}`);
    }
  };
}

const binary = { "content-type": "application/octet-stream" } as const;

/** `x-size` is the size of the whole, of which the body may be the beginning. */
function octets(bytes: Uint8Array, size = bytes.length): HttpResponse {
  return { status: 200, headers: { ...binary, "x-size": String(size) }, body: bytes };
}

function imageOf(state: Pick<EngineState, "images">, id: string): ImageRecord {
  const image = state.images.find((each) => each.id === id);
  if (image === undefined) throw new InsideError(404, `No such image: ${id}`);
  return image;
}

function imageBrief(state: Pick<EngineState, "references">, image: ImageRecord): ImageBrief {
  const references = Object.entries(state.references)
    .filter(([, id]) => id === image.id)
    .map(([name]) => parseReference(name))
    .filter(({ digest }) => digest === undefined)
    .map(familiarString)
    .sort();
  return { id: image.id, references, diffIds: image.config.rootfs.diff_ids };
}

function treeOf({ content }: LayersSource, diffId: string): LayerTree {
  const tree = content.tree(diffId);
  if (tree === undefined) throw new InsideError(404, `layer ${diffId} is not here any more`);
  return tree;
}

async function registryBlob(registry: Registry, digest: string, signal: AbortSignal): Promise<Uint8Array> {
  const { body } = await registry.blob(digest, signal);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  await verify(digest, bytes);
  return bytes;
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new InsideError(400, `malformed address: ${part}`);
  }
}

function number(value: string | null, otherwise: number): number {
  return value !== null && /^\d{1,12}$/.test(value) ? Number(value) : otherwise;
}
