import { describe, expect, it } from "vitest";
import { decodeDocuments, decodeImage, decodeListing, decodeLists, decodeReading, MalformedFacts } from "./decode.ts";
import { digestOf, image, listing } from "./testing/fixtures.ts";

const overWire = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe("facts over a wire", () => {
  it("come through as they were, names that are not UTF-8 included", () => {
    const layer = listing("1", "etc/ opaque", "etc/a\udcff 3", "etc/l -> a", "etc/.wh.b");
    expect(decodeListing(overWire(layer))).toEqual(layer);
    const facts = image([{ created_by: "RUN x" }], [layer]);
    expect(decodeImage(overWire(facts))).toEqual(facts);
  });

  it.each([
    ["a listing", () => decodeListing({ diffId: digestOf("1"), entries: [{ path: 1 }] })],
    ["a listing's number", () => decodeListing({ diffId: digestOf("1"), entries: [], left: -1 })],
    ["an entry's kind", () => decodeListing({ diffId: "x", left: 0, entries: [{ path: "a", kind: "portal" }] })],
    ["an image", () => decodeImage({ id: "latest" })],
    ["lists", () => decodeLists({ images: [] })],
    ["a reading", () => decodeReading({ changes: [{ path: "/a", change: "moved" }] })],
    ["documents", () => decodeDocuments({ origin: "heaven" })],
  ])("refuses %s that is none", (_, decode) => {
    expect(decode).toThrow(MalformedFacts);
  });
});
