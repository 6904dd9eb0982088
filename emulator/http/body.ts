import { HttpSyntaxError, type ByteReader } from "./byte-reader.ts";
import { readFields } from "./head.ts";
import type { HeaderFields } from "./message.ts";

/** How a body is delimited. */
export type Framing =
  | { readonly kind: "none" }
  | { readonly kind: "length"; readonly length: number }
  | { readonly kind: "chunked" }
  /** Responses only: up to the end of the connection. */
  | { readonly kind: "close" };

/** What the fields say; undefined when they say nothing. Throws HttpSyntaxError for what two readers could read twice. */
export function framingOf(headers: HeaderFields): Framing | undefined {
  const encoding = headers["transfer-encoding"];
  const length = headers["content-length"];
  if (encoding !== undefined) {
    if (length !== undefined) throw new HttpSyntaxError("both Content-Length and Transfer-Encoding");
    if (encoding.toLowerCase() !== "chunked")
      throw new HttpSyntaxError(`unsupported transfer encoding: ${JSON.stringify(encoding)}`, 501);
    return { kind: "chunked" };
  }
  if (length === undefined) return undefined;
  if (!/^\d{1,15}$/.test(length)) throw new HttpSyntaxError(`bad Content-Length ${JSON.stringify(length)}`);
  return length === "0" ? { kind: "none" } : { kind: "length", length: Number(length) };
}

const chunkLineLimit = 4096;
const pieceLimit = 1 << 20;

/** The bytes of a body off the connection, which stays behind it. `wanted` is called once, before the first is waited for. */
export class BodyReader {
  readonly #reader: ByteReader;
  readonly #framing: Framing;
  readonly #wanted: () => Promise<void>;
  #begun = false;
  #left: number;
  #done: boolean;

  constructor(reader: ByteReader, framing: Framing, wanted: () => Promise<void> = () => Promise.resolve()) {
    this.#reader = reader;
    this.#framing = framing;
    this.#wanted = wanted;
    this.#left = framing.kind === "length" ? framing.length : 0;
    this.#done = framing.kind === "none";
  }

  get done(): boolean {
    return this.#done;
  }

  /** Whether anyone has asked for it. */
  get begun(): boolean {
    return this.#begun;
  }

  /** Undefined at the end. Throws HttpSyntaxError when it breaks off. */
  async read(): Promise<Uint8Array | undefined> {
    if (this.#done) return undefined;
    if (!this.#begun) {
      this.#begun = true;
      await this.#wanted();
    }
    if (this.#framing.kind === "chunked" && this.#left === 0) {
      this.#left = await this.#chunkSize();
      if (this.#left === 0) {
        await readFields(this.#reader);
        this.#done = true;
        return undefined;
      }
    }
    const untilClose = this.#framing.kind === "close";
    const bytes = await this.#reader.some(untilClose ? pieceLimit : Math.min(this.#left, pieceLimit));
    if (bytes === undefined) {
      this.#done = true;
      if (untilClose) return undefined;
      throw new HttpSyntaxError("unexpected EOF");
    }
    if (untilClose) return bytes;
    this.#left -= bytes.length;
    if (this.#left === 0) {
      if (this.#framing.kind === "length") this.#done = true;
      else if ((await this.#reader.line(2)) !== "") throw new HttpSyntaxError("malformed chunked encoding");
    }
    return bytes;
  }

  async #chunkSize(): Promise<number> {
    const line = await this.#reader.line(chunkLineLimit);
    const match = /^([0-9a-fA-F]{1,12})[ \t]*(?:;.*)?$/.exec(line ?? "");
    if (match === null) throw new HttpSyntaxError("malformed chunked encoding");
    return parseInt(match[1] ?? "0", 16);
  }

  stream(): ReadableStream<Uint8Array> {
    return new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          const bytes = await this.read();
          if (bytes === undefined) controller.close();
          else controller.enqueue(bytes);
        },
      },
      { highWaterMark: 0 },
    );
  }

  /** Reads to the end; false when that is further than `limit` bytes. */
  async drain(limit: number): Promise<boolean> {
    let length = 0;
    for (let bytes = await this.read(); bytes !== undefined; bytes = await this.read()) {
      length += bytes.length;
      if (length > limit) return false;
    }
    return true;
  }
}

const encoder = new TextEncoder();

/** Empty for no bytes: a chunk without any would be the end. */
export function encodeChunk(bytes: Uint8Array): Uint8Array {
  if (bytes.length === 0) return bytes;
  const size = encoder.encode(`${bytes.length.toString(16)}\r\n`);
  const chunk = new Uint8Array(size.length + bytes.length + 2);
  chunk.set(size);
  chunk.set(bytes, size.length);
  chunk.set([13, 10], size.length + bytes.length);
  return chunk;
}

export const lastChunk = encoder.encode("0\r\n\r\n");
