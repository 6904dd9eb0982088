import { extract, pack, type Header } from "tar-stream";
import { describe, expect, it } from "vitest";
import { rebaseTar } from "./rebase.ts";

type Entry = Pick<Header, "name"> & Partial<Header> & { readonly body?: string };

async function tarOf(entries: readonly Entry[]): Promise<Uint8Array> {
  const tar = pack();
  for (const { body, ...header } of entries) tar.entry(header, body ?? "");
  tar.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of tar) chunks.push(chunk as Uint8Array);
  return new Uint8Array(Buffer.concat(chunks));
}

function inPieces(bytes: Uint8Array, size: number): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    start(controller) {
      for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
      controller.close();
    },
  });
}

async function rebased(entries: readonly Entry[], from: string, to: string, size = 1000): Promise<Entry[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of rebaseTar(inPieces(await tarOf(entries), size), from, to)) chunks.push(chunk);
  const reader = extract();
  const found: Entry[] = [];
  reader.on("entry", (header, stream, next) => {
    let body = "";
    stream.on("data", (data: unknown) => (body += new TextDecoder().decode(data as Uint8Array)));
    stream.on("end", () => {
      const { name, linkname, type, size: length } = header;
      found.push({ name, ...(linkname ? { linkname } : {}), type: type ?? null, size: length ?? 0, body });
      next();
    });
    stream.resume();
  });
  const finished = new Promise<void>((resolve, reject) => reader.on("finish", resolve).on("error", reject));
  reader.end(Buffer.concat(chunks));
  await finished;
  return found;
}

describe("rebaseTar", () => {
  const tree: Entry[] = [
    { name: "data/", type: "directory" },
    { name: "data/a.txt", body: "hello" },
    { name: "data/b", type: "link", linkname: "data/a.txt" },
    { name: "data/c", type: "symlink", linkname: "data/a.txt" },
    { name: "data/big", body: "x".repeat(5000) },
  ];

  for (const size of [1, 511, 512, 100_000])
    it(`renames entries and hard links, not symlinks, in pieces of ${size}`, async () => {
      const found = await rebased(tree, "data", "copy", size);
      expect(found.map(({ name, linkname }) => [name, linkname])).toEqual([
        ["copy/", undefined],
        ["copy/a.txt", undefined],
        ["copy/b", "copy/a.txt"],
        ["copy/c", "data/a.txt"],
        ["copy/big", undefined],
      ]);
      expect(found[4]?.body).toBe("x".repeat(5000));
    });

  it("keeps names that are longer than a header holds, before and after", async () => {
    const long = `data/${"n".repeat(150)}`;
    const after = await rebased([{ name: long, body: "1" }], "data", "d");
    expect(after).toMatchObject([{ name: `d/${"n".repeat(150)}`, body: "1" }]);
    const grown = await rebased([{ name: "d/x", body: "1" }], "d", "e".repeat(120));
    expect(grown).toMatchObject([{ name: `${"e".repeat(120)}/x`, body: "1" }]);
  });

  it("refuses damage", async () => {
    const bytes = await tarOf(tree);
    const drain = async (broken: Uint8Array): Promise<void> => {
      for await (const chunk of rebaseTar(inPieces(broken, 700), "data", "x")) expect(chunk.length).toBeGreaterThan(0);
    };
    await expect(drain(bytes.slice(0, 700))).rejects.toThrow("unexpected EOF");
    const wrongSize = bytes.slice();
    wrongSize.set(new TextEncoder().encode("zzzzzzz"), 512 + 124);
    await expect(drain(wrongSize)).rejects.toThrow("invalid tar header");
  });
});
