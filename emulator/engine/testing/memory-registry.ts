import { sha256 } from "../../image/digest.ts";
import { mediaTypes, type Descriptor, type ImageConfig, type Index, type RunConfig } from "../../spec/oci-image.ts";
import type { Registry } from "../runtime.ts";
import { bytesStream } from "../streams.ts";

const encoder = new TextEncoder();

/** An OCI image layout in memory. */
export class MemoryRegistry implements Registry {
  readonly #blobs = new Map<string, Uint8Array>();
  readonly #manifests: Descriptor[] = [];

  async #put(mediaType: string, bytes: Uint8Array): Promise<Descriptor> {
    const digest = await sha256(bytes);
    this.#blobs.set(digest, bytes);
    return { mediaType, digest, size: bytes.length };
  }

  #putJson(mediaType: string, value: unknown): Promise<Descriptor> {
    return this.#put(mediaType, encoder.encode(JSON.stringify(value)));
  }

  /** `reference` as the layout names it: `busybox:latest`. Layers are uncompressed tars, base first. */
  async add(reference: string, layers: readonly Uint8Array[], config: RunConfig): Promise<void> {
    const descriptors = await Promise.all(layers.map((layer) => this.#put(mediaTypes.layer, layer)));
    const image: ImageConfig = {
      created: "2026-01-01T00:00:00Z",
      architecture: "386",
      os: "linux",
      config,
      rootfs: { type: "layers", diff_ids: descriptors.map(({ digest }) => digest) },
      history: descriptors.map(() => ({ created: "2026-01-01T00:00:00Z", created_by: "COPY / /" })),
    };
    const manifest = await this.#putJson(mediaTypes.manifest, {
      schemaVersion: 2,
      mediaType: mediaTypes.manifest,
      config: await this.#putJson(mediaTypes.config, image),
      layers: descriptors,
    });
    this.#manifests.push({
      ...manifest,
      platform: { architecture: "386", os: "linux" },
      annotations: { "org.opencontainers.image.ref.name": reference },
    });
  }

  async index(): Promise<Uint8Array> {
    const index: Index = { schemaVersion: 2, mediaType: mediaTypes.index, manifests: this.#manifests };
    return encoder.encode(JSON.stringify(index));
  }

  async blob(digest: string): Promise<{ size: number; body: ReadableStream<Uint8Array> }> {
    const bytes = this.#blobs.get(digest);
    if (bytes === undefined) throw new Error(`${digest}: not found`);
    return { size: bytes.length, body: bytesStream(bytes) };
  }
}
