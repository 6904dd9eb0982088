/**
 * Frames on the control port, in both directions: a header of 16 bytes, little-endian, then the payload.
 *
 *     0  u8   magic 0xd7        8  u32  id: of a request, or of a stream
 *     1  u8   version          12  u32  length of the payload, at most 64 KiB
 *     2  u16  type             16       payload
 *     4  u32  epoch
 */
import { ProtocolError } from "./fields.ts";

export const MAGIC = 0xd7;
export const VERSION = 1;
export const HEADER_LENGTH = 16;
export const PAYLOAD_LIMIT = 65536;

export interface Frame {
  /** A `FrameType`, a verb's or an event's code; the caller's dispatch refuses what it does not know. */
  readonly type: number;
  readonly epoch: number;
  readonly id: number;
  readonly payload: Uint8Array;
}

/** A frame before its payload has come. */
export type FrameHeader = Omit<Frame, "payload">;

export function encodeFrame(frame: Frame): Uint8Array {
  const { payload } = frame;
  if (payload.length > PAYLOAD_LIMIT) throw new RangeError(`payload of ${payload.length} bytes`);
  const encoded = new Uint8Array(HEADER_LENGTH + payload.length);
  const view = new DataView(encoded.buffer);
  view.setUint8(0, MAGIC);
  view.setUint8(1, VERSION);
  view.setUint16(2, frame.type, true);
  view.setUint32(4, frame.epoch, true);
  view.setUint32(8, frame.id, true);
  view.setUint32(12, payload.length, true);
  encoded.set(payload, HEADER_LENGTH);
  return encoded;
}

/**
 * Cuts a byte stream into frames. `push` takes chunks of any size and returns the frames they complete; their payloads
 * are copies. A header that cannot be one throws ProtocolError, and so does every later push: after that nothing says
 * where the next frame begins.
 *
 * With `hunt`, bytes before the first header that satisfies it are skipped: what an interrupted earlier epoch left behind,
 * a frame that lacks its end among it.
 */
export class FrameDecoder {
  #hunt: ((header: FrameHeader) => boolean) | undefined;
  #rest: Uint8Array = new Uint8Array(0);
  #broken: ProtocolError | undefined;

  constructor(hunt?: (header: FrameHeader) => boolean) {
    this.#hunt = hunt;
  }

  push(chunk: Uint8Array): Frame[] {
    if (this.#broken !== undefined) throw this.#broken;
    let input = chunk;
    if (this.#rest.length > 0) {
      input = new Uint8Array(this.#rest.length + chunk.length);
      input.set(this.#rest);
      input.set(chunk, this.#rest.length);
    }
    const frames: Frame[] = [];
    const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
    let at = 0;
    while (input.length - at >= HEADER_LENGTH) {
      const problem = headerProblem(view, at);
      const header = {
        type: view.getUint16(at + 2, true),
        epoch: view.getUint32(at + 4, true),
        id: view.getUint32(at + 8, true),
      };
      if (this.#hunt !== undefined && (problem !== undefined || !this.#hunt(header))) {
        at += 1;
        continue;
      }
      if (problem !== undefined) {
        this.#broken = new ProtocolError(problem);
        throw this.#broken;
      }
      this.#hunt = undefined;
      const end = at + HEADER_LENGTH + view.getUint32(at + 12, true);
      if (end > input.length) break;
      frames.push({ ...header, payload: input.slice(at + HEADER_LENGTH, end) });
      at = end;
    }
    this.#rest = input.slice(at);
    return frames;
  }

  /** True between frames: nothing is half received. */
  get idle(): boolean {
    return this.#rest.length === 0;
  }
}

function headerProblem(view: DataView, at: number): string | undefined {
  if (view.getUint8(at) !== MAGIC) return `magic 0x${view.getUint8(at).toString(16)}`;
  if (view.getUint8(at + 1) !== VERSION) return `version ${view.getUint8(at + 1)}`;
  const length = view.getUint32(at + 12, true);
  return length > PAYLOAD_LIMIT ? `payload of ${length} bytes` : undefined;
}
