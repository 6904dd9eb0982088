import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { gunzip, gzip, GzipError, isGzip } from "./gzip.ts";
import { sha256 } from "./digest.ts";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const real = globalThis.DecompressionStream;
afterEach(() => {
  globalThis.DecompressionStream = real;
});

/** What browsers do with a second member, and Node does not. */
class OneMember {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable = new WritableStream<Uint8Array>();
  constructor() {
    this.readable = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.error(new TypeError("Junk found after end of compressed data."));
      },
    });
  }
}

describe("gzip", () => {
  it("gives back what it got, the same bytes each time", async () => {
    const bytes = text("hello ".repeat(10_000));
    expect(await gunzip(gzip(bytes))).toEqual(new Uint8Array(bytes));
    expect(isGzip(gzip(bytes))).toBe(true);
    expect(await sha256(gzip(bytes))).toBe(await sha256(gzip(bytes)));
  });

  it.each([
    ["native", real],
    ["a browser's", OneMember as unknown as typeof real],
  ])("of several members is read whole, %s", async (_, stream) => {
    globalThis.DecompressionStream = stream;
    const bytes = Buffer.concat([gzipSync("one "), gzipSync("two "), gzipSync("three")]);
    expect(new TextDecoder().decode(await gunzip(bytes))).toBe("one two three");
  });

  it.each([
    ["native", real],
    ["a browser's", OneMember as unknown as typeof real],
  ])("that is cut or damaged is refused, %s", async (_, stream) => {
    globalThis.DecompressionStream = stream;
    const bytes = gzip(text("hello ".repeat(1000)));
    await expect(gunzip(bytes.subarray(0, bytes.length - 20))).rejects.toThrow(GzipError);
    await expect(gunzip(text("junk"))).rejects.toThrow(GzipError);
  });

  it("stops at the limit", async () => {
    await expect(gunzip(gzip(new Uint8Array(100_000)), 1000)).rejects.toThrow("more than 1000 bytes");
  });
});
