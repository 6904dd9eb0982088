import { describe, expect, it } from "vitest";
import { jsonStream } from "./json-stream.ts";
import { parseJson, stringifyJson } from "./json.ts";

function streamOf(...texts: string[]): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    start(controller) {
      for (const text of texts) controller.enqueue(new TextEncoder().encode(text));
      controller.close();
    },
  });
}

async function read(...texts: string[]): Promise<unknown[]> {
  const values: unknown[] = [];
  for await (const value of jsonStream(streamOf(...texts))) values.push(value);
  return values;
}

describe("parseJson", () => {
  it("keeps integers beyond 2^53 exact", () => {
    const text = '{"timeNano":1767323045123456780,"small":1767323045,"f":1.5,"id":"1767323045123456780"}';
    expect(parseJson(text)).toEqual({
      timeNano: 1767323045123456780n,
      small: 1767323045,
      f: 1.5,
      id: "1767323045123456780",
    });
    expect(stringifyJson(parseJson(text))).toBe(text);
  });

  it("leaves digits inside strings alone", () => {
    const text = '{"a":"x,1234567890123456789\\",1234567890123456789","b":-1234567890123456789}';
    expect(stringifyJson(parseJson(text))).toBe(text);
  });

  it("throws on what is no JSON", () => expect(() => parseJson("<html>")).toThrow());
});

describe("jsonStream", () => {
  it("decodes objects however they are cut", async () => {
    expect(await read('{"a":', '1}\n{"b"', ':"é', '"}\r\n\n{"c":null}')).toEqual([{ a: 1 }, { b: "é" }, { c: null }]);
  });

  it("refuses what is no object", async () => {
    await expect(read("[1]\n")).rejects.toThrow("not an object");
    await expect(read("nonsense\n")).rejects.toThrow();
  });

  it("refuses a torn object at the end", async () => {
    await expect(read('{"a":1}\n{"b"')).rejects.toThrow();
  });
});
