import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ProtocolError } from "./fields.ts";
import { encodeFrame, FrameDecoder, HEADER_LENGTH, PAYLOAD_LIMIT, type Frame } from "./frame.ts";

const frame: fc.Arbitrary<Frame> = fc.record({
  type: fc.integer({ min: 0, max: 0xffff }),
  epoch: fc.nat({ max: 0xffffffff }),
  id: fc.nat({ max: 0xffffffff }),
  payload: fc.uint8Array({ maxLength: 40 }),
});

function concat(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}

/** Cuts `bytes` at the given places, in any order. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const at = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return at.slice(1).map((end, i) => bytes.subarray(at[i], end));
}

describe("FrameDecoder", () => {
  test("gives back the frames, wherever the stream is cut", () => {
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 6 }), fc.array(fc.nat(), { maxLength: 12 }), (frames, places) => {
        const decoder = new FrameDecoder();
        const decoded = cut(concat(frames.map(encodeFrame)), places).flatMap((chunk) => decoder.push(chunk));
        expect(decoded).toEqual(frames);
        expect(decoder.idle).toBe(true);
      }),
    );
  });

  test("takes the longest payload, piece by piece", () => {
    const longest = { type: 0x10, epoch: 1, id: 3, payload: new Uint8Array(PAYLOAD_LIMIT).fill(7) };
    const encoded = encodeFrame(longest);
    const decoder = new FrameDecoder();
    const decoded: Frame[] = [];
    for (let at = 0; at < encoded.length; at += 4096) decoded.push(...decoder.push(encoded.subarray(at, at + 4096)));
    expect(decoded.map(({ payload, ...header }) => [header, Buffer.compare(payload, longest.payload)])).toEqual([
      [{ type: 0x10, epoch: 1, id: 3 }, 0],
    ]);
  });

  test("payloads are copies", () => {
    const encoded = encodeFrame({ type: 0x10, epoch: 1, id: 3, payload: Uint8Array.of(1, 2, 3) });
    const [decoded] = new FrameDecoder().push(encoded);
    encoded.fill(0);
    expect(decoded?.payload).toEqual(Uint8Array.of(1, 2, 3));
  });

  test("any bytes: frames or a ProtocolError, which stays", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 8 }), (chunks) => {
        const decoder = new FrameDecoder();
        let broken: unknown;
        for (const chunk of chunks) {
          try {
            decoder.push(chunk);
            expect(broken).toBeUndefined();
          } catch (error) {
            expect(error).toBeInstanceOf(ProtocolError);
            broken ??= error;
            expect(error).toBe(broken);
          }
        }
      }),
    );
  });

  test("any damage to one byte of a header is refused, or changes that field alone", () => {
    fc.assert(
      fc.property(frame, fc.nat({ max: HEADER_LENGTH - 1 }), fc.integer({ min: 1, max: 255 }), (original, at, flip) => {
        const bytes = encodeFrame(original);
        bytes[at] = (bytes[at] ?? 0) ^ flip;
        const decoder = new FrameDecoder();
        let decoded: Frame[];
        try {
          decoded = decoder.push(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
          return;
        }
        // Magic and version are always noticed; a length that is wrong leaves a rest, or cuts.
        expect(at).toBeGreaterThan(1);
        if (at < 12) expect(decoded).toHaveLength(1);
      }),
    );
  });

  test("refuses an oversized payload at its header, before it has come", () => {
    const header = encodeFrame({ type: 1, epoch: 1, id: 1, payload: new Uint8Array() });
    new DataView(header.buffer).setUint32(12, PAYLOAD_LIMIT + 1, true);
    expect(() => new FrameDecoder().push(header)).toThrow(ProtocolError);
    expect(() => encodeFrame({ type: 1, epoch: 1, id: 1, payload: new Uint8Array(PAYLOAD_LIMIT + 1) })).toThrow(
      RangeError,
    );
  });
});

describe("hunting", () => {
  const ours = (header: { readonly epoch: number }) => header.epoch === 7;

  test("skips what an interrupted epoch left, byte by byte", () => {
    const wanted: Frame = { type: 2, epoch: 7, id: 1, payload: Uint8Array.of(9) };
    fc.assert(
      fc.property(frame, fc.nat(), fc.array(fc.nat(), { maxLength: 5 }), (old, from, places) => {
        fc.pre(old.epoch !== 7);
        const tail = encodeFrame(old);
        const left = tail.subarray(from % (tail.length + 1));
        const decoder = new FrameDecoder(ours);
        const decoded = cut(concat([left, encodeFrame(wanted)]), places).flatMap((chunk) => decoder.push(chunk));
        expect(decoded).toEqual([wanted]);
      }),
    );
  });

  test("does not wait for the rest of an old frame that never comes", () => {
    const old = encodeFrame({ type: 0x10, epoch: 6, id: 1, payload: new Uint8Array(PAYLOAD_LIMIT) });
    const wanted: Frame = { type: 2, epoch: 7, id: 1, payload: Uint8Array.of(9) };
    const decoder = new FrameDecoder(ours);
    expect(decoder.push(old.subarray(0, 100))).toEqual([]);
    expect(decoder.push(encodeFrame(wanted))).toEqual([wanted]);
  });

  test("after the first frame of ours nothing is skipped any more", () => {
    const decoder = new FrameDecoder(ours);
    decoder.push(encodeFrame({ type: 2, epoch: 7, id: 1, payload: new Uint8Array() }));
    expect(() => decoder.push(new Uint8Array(HEADER_LENGTH))).toThrow(ProtocolError);
  });
});
