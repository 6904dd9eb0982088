import { describe, expect, it } from "vitest";
import { stdcopy } from "./stdcopy.ts";

function frame(type: number, text: string): number[] {
  const payload = [...new TextEncoder().encode(text)];
  return [type, 0, 0, 0, 0, 0, payload.length >> 8, payload.length & 255, ...payload];
}

function inPieces(bytes: readonly number[], size: number): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    start(controller) {
      for (let at = 0; at < bytes.length; at += size) controller.enqueue(Uint8Array.from(bytes.slice(at, at + size)));
      controller.close();
    },
  });
}

async function read(bytes: readonly number[], size = 4096): Promise<Record<string, string>> {
  const result: Record<string, string> = {};
  for await (const { stream, payload } of stdcopy(inPieces(bytes, size)))
    result[stream] = (result[stream] ?? "") + new TextDecoder().decode(payload);
  return result;
}

describe("stdcopy", () => {
  const bytes = [...frame(1, "out one\n"), ...frame(2, "err\n"), ...frame(1, ""), ...frame(1, "x".repeat(300))];

  for (const size of [1, 3, 8, 9, 4096])
    it(`takes frames apart that come in pieces of ${size}`, async () => {
      expect(await read(bytes, size)).toEqual({ stdout: `out one\n${"x".repeat(300)}`, stderr: "err\n" });
    });

  it("ends quietly at a frame's end", async () => expect(await read([])).toEqual({}));

  it("refuses a torn header", async () => {
    await expect(read([1, 0, 0])).rejects.toThrow("unexpected EOF");
  });

  it("refuses a torn payload", async () => {
    await expect(read(frame(1, "hello").slice(0, -1))).rejects.toThrow("unexpected EOF");
  });

  it("refuses an unknown stream", async () => {
    await expect(read(frame(9, "x"))).rejects.toThrow("unrecognized input header: 9");
  });

  it("refuses a length that no engine sends", async () => {
    await expect(read([1, 0, 0, 0, 255, 255, 255, 255])).rejects.toThrow("frame of");
  });

  it("throws the engine's own error", async () => {
    await expect(read(frame(3, "disk full"))).rejects.toThrow("error from daemon in stream: disk full");
  });
});
