import { MalformedResponse } from "./error.ts";

/** One piece of a multiplexed stream: the streams of attach and logs of a container without a terminal. */
export interface StdFrame {
  readonly stream: "stdin" | "stdout" | "stderr";
  readonly payload: Uint8Array;
}

const streams = ["stdin", "stdout", "stderr"] as const;
/** Stream type 3 carries an error of the engine itself. */
const SYSTEM_ERROR = 3;
/** A frame longer than this is damage, not data: the engine writes at most 32 KiB at once. */
const LIMIT = 64 * 1024 * 1024;

/**
 * Takes the stdcopy framing apart: 8 bytes of header (stream, 0, 0, 0, length as big-endian uint32), then the payload.
 * Payloads are handed on as they arrive, so one frame may come in several pieces.
 */
export async function* stdcopy(body: ReadableStream<Uint8Array>): AsyncGenerator<StdFrame, void, undefined> {
  const header = new Uint8Array(8);
  let filled = 0;
  let remaining = 0;
  let type = 0;
  let failure = "";
  const decoder = new TextDecoder();
  for await (const chunk of body) {
    let at = 0;
    while (at < chunk.length) {
      if (remaining === 0) {
        const part = chunk.subarray(at, at + 8 - filled);
        header.set(part, filled);
        filled += part.length;
        at += part.length;
        if (filled < 8) break;
        filled = 0;
        [type, remaining] = readHeader(header);
        continue;
      }
      const payload = chunk.subarray(at, at + remaining);
      at += payload.length;
      remaining -= payload.length;
      const stream = streams[type as 0 | 1 | 2];
      if (type === SYSTEM_ERROR) {
        failure += decoder.decode(payload, { stream: true });
        if (remaining === 0) throw new MalformedResponse(`error from daemon in stream: ${failure}`);
      } else if (stream !== undefined) yield { stream, payload };
    }
  }
  if (filled > 0 || remaining > 0) throw new MalformedResponse("unexpected EOF");
}

function readHeader(header: Uint8Array): [type: number, length: number] {
  const view = new DataView(header.buffer, header.byteOffset, 8);
  const type = view.getUint8(0);
  const length = view.getUint32(4);
  if (type > SYSTEM_ERROR) throw new MalformedResponse(`unrecognized input header: ${type}`);
  if (length > LIMIT) throw new MalformedResponse(`frame of ${length} bytes`);
  return [type, length];
}
