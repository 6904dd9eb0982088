import type { Transport } from "../../emulator/client/transport.ts";
import {
  decodeDocuments,
  decodeImage,
  decodeListing,
  decodeLists,
  decodeReading,
} from "../../emulator/observe/layers/decode.ts";
import type {
  ContainerBrief,
  ImageBrief,
  ImageDocuments,
  ImageFacts,
  LayerListing,
  UpperReading,
} from "../../emulator/observe/layers/facts.ts";
import { contentLimit } from "../../emulator/observe/layers/content.ts";

/** An answer that is none; the message is the machine's own. */
export class InsideFailed extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = "InsideFailed";
  }
}

export interface Bytes {
  /** The first of them, up to the limit. */
  readonly bytes: Uint8Array;
  /** Of the whole. */
  readonly size: number;
}

/** Layers of the machine behind a transport. Listings are kept: a layer never changes. */
export class LayersClient {
  readonly #listings = new Map<string, Promise<LayerListing>>();

  constructor(readonly transport: Transport) {}

  async lists(signal: AbortSignal): Promise<{ images: readonly ImageBrief[]; containers: readonly ContainerBrief[] }> {
    return decodeLists(await this.#json("images", signal));
  }

  async image(id: string, signal: AbortSignal): Promise<ImageFacts> {
    return decodeImage(await this.#json(`images/${id}`, signal));
  }

  async documents(id: string, signal: AbortSignal): Promise<ImageDocuments> {
    return decodeDocuments(await this.#json(`images/${id}/documents`, signal));
  }

  listing(diffId: string): Promise<LayerListing> {
    const known = this.#listings.get(diffId);
    if (known !== undefined) return known;
    const asked = this.#json(`listing/${diffId}`, new AbortController().signal).then(decodeListing);
    this.#listings.set(diffId, asked);
    asked.catch(() => this.#listings.delete(diffId)); // the asker is told; the next one asks again
    return asked;
  }

  content(diffId: string, node: number, signal: AbortSignal): Promise<Bytes> {
    return this.#bytes(`content/${diffId}/${node}?limit=${contentLimit}`, signal);
  }

  async container(id: string, signal: AbortSignal): Promise<UpperReading> {
    return decodeReading(await this.#json(`containers/${id}`, signal));
  }

  upperContent(id: string, path: string, signal: AbortSignal): Promise<Bytes> {
    const query = new URLSearchParams({ path, limit: String(contentLimit) });
    return this.#bytes(`containers/${id}/content?${query.toString()}`, signal);
  }

  /** A blob as it is stored, piece by piece. */
  async blob(digest: string, signal: AbortSignal): Promise<{ size: number; body: ReadableStream<Uint8Array> }> {
    const { headers, body } = await this.#get(`blob/${digest}`, signal);
    return { size: Number(headers["x-size"] ?? 0), body };
  }

  async #get(path: string, signal: AbortSignal) {
    const response = await this.transport.request({ method: "GET", target: `/inside/layers/${path}`, signal });
    if (response.status < 400) return response;
    throw new InsideFailed(response.status, messageIn(await new Response(response.body).text()));
  }

  async #json(path: string, signal: AbortSignal): Promise<unknown> {
    const { body } = await this.#get(path, signal);
    return JSON.parse(await new Response(body).text()) as unknown;
  }

  async #bytes(path: string, signal: AbortSignal): Promise<Bytes> {
    const { headers, body } = await this.#get(path, signal);
    const bytes = new Uint8Array(await new Response(body).arrayBuffer());
    return { bytes, size: Number(headers["x-size"] ?? bytes.length) };
  }
}

function messageIn(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && "message" in value && typeof value.message === "string")
      return value.message;
  } catch {
    // Not JSON: the text itself says what there is to say.
  }
  return text === "" ? "the machine gave no reason" : text;
}
