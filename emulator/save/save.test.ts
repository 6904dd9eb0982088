import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MachineState } from "../machine/machine.ts";
import { openContainer, writeContainer } from "./container.ts";
import { deflate, inflate } from "./deflate.ts";
import { SaveDamaged, SaveMismatch } from "./errors.ts";
import { PageSet, pageSize } from "./page-set.ts";
import {
  decodeSave,
  decodeSnapshot,
  encodeSave,
  encodeSnapshot,
  readSaveHeader,
  type SaveParts,
  type Snapshot,
} from "./save.ts";

const pageCount = 64;

/** What each page holds: all zeros, or bytes made from a seed of which a few are set apart. */
type PageContent = { readonly seed: number; readonly touched: readonly number[] } | undefined;

const pageContent: fc.Arbitrary<PageContent> = fc.option(
  fc.record({ seed: fc.integer({ min: 1, max: 4 }), touched: fc.array(fc.nat(pageSize - 1), { maxLength: 4 }) }),
  { nil: undefined },
);
const memoryContent = fc.array(pageContent, { minLength: pageCount, maxLength: pageCount });
const devices = fc.uint8Array({ maxLength: 300 });
const plainData = fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.array(fc.boolean())));

function machineOf(contents: readonly PageContent[], devicesBytes: Uint8Array): MachineState {
  const present = new PageSet(new Uint8Array(pageCount / 8));
  const pages: Uint8Array[] = [];
  contents.forEach((content, page) => {
    if (content === undefined) return;
    present.add(page);
    const bytes = new Uint8Array(pageSize).fill(content.seed);
    for (const place of content.touched) bytes[place] = 255;
    pages.push(bytes);
  });
  return {
    v86: "0.5.1",
    memory: pageCount * pageSize,
    present: present.bits,
    pages: new Uint8Array(Buffer.concat(pages)),
    devices: devicesBytes,
  };
}

const parts = fc
  .record({
    contents: memoryContent,
    devices,
    engine: plainData,
    layerfs: plainData,
    created: fc.date({ noInvalidDate: true, min: new Date(0), max: new Date("2100-01-01") }),
  })
  .map(({ contents, devices, ...rest }): SaveParts => ({
    machine: machineOf(contents, devices),
    layers: [`sha256:${"ab".repeat(32)}`],
    ...rest,
  }));

const somePage: PageContent = { seed: 3, touched: [7] };

function someParts(
  contents: readonly PageContent[] = Array.from({ length: pageCount }, (_, i) => (i % 3 === 0 ? somePage : undefined)),
): SaveParts {
  return {
    machine: machineOf(contents, Uint8Array.of(1, 2, 3)),
    engine: { version: 1, containers: ["web"] },
    layerfs: { version: 1, fids: [] },
    layers: [],
    created: new Date("2026-03-01T00:00:00Z"),
  };
}

const snapshotOf = async (given: SaveParts): Promise<Snapshot> => decodeSnapshot(await encodeSnapshot(given));

function withoutDigest({ sha256, ...rest }: Snapshot): SaveParts {
  expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  return rest;
}

const plain = (given: SaveParts): unknown => ({
  ...given,
  machine: {
    ...given.machine,
    pages: Buffer.from(given.machine.pages).toString("base64"),
    devices: [...given.machine.devices],
    present: [...given.machine.present],
  },
});

describe("a snapshot", () => {
  it("gives back what was put in", () =>
    fc.assert(
      fc.asyncProperty(parts, async (given) => {
        expect(plain(withoutDigest(await snapshotOf(given)))).toEqual(plain(given));
      }),
      { numRuns: 50 },
    ));

  it("has the same name when it has the same content", async () => {
    expect((await snapshotOf(someParts())).sha256).toBe((await snapshotOf(someParts())).sha256);
    const other = { ...someParts(), engine: { version: 2 } };
    expect((await snapshotOf(other)).sha256).not.toBe((await snapshotOf(someParts())).sha256);
  });

  it("is read without a copy of its memory", async () => {
    const bytes = await encodeSnapshot(someParts());
    const { machine } = await decodeSnapshot(bytes);
    expect(machine.pages.buffer).toBe(bytes.buffer);
    expect(machine.pages.byteOffset % 8).toBe(0);
  });
});

describe("a save", () => {
  it("gives back what was put in, out of its base", () =>
    fc.assert(
      fc.asyncProperty(parts, parts, async (before, after) => {
        const base = await snapshotOf(before);
        expect(plain(await decodeSave(await encodeSave(after, base), base))).toEqual(plain(after));
      }),
      { numRuns: 50 },
    ));

  it("holds only pages that changed", async () => {
    const contents = Array.from({ length: pageCount }, (): PageContent => somePage);
    const base = await snapshotOf(someParts(contents));
    const same = await encodeSave(someParts(contents), base);
    const { header } = await openContainer(same);
    expect(header.sections.map(({ name }) => name)).toEqual(["present", "changed", "devices", "engine", "layerfs"]);
    contents[5] = undefined;
    contents[6] = { seed: 3, touched: [8] };
    const { header: changed } = await openContainer(await encodeSave(someParts(contents), base));
    expect(changed.sections[0]).toMatchObject({ name: "pages", size: pageSize });
    expect(changed.sections[0]?.length).toBeLessThan(64);
  });

  it("says what it is and needs", async () => {
    const base = await snapshotOf(someParts());
    const bytes = await encodeSave({ ...someParts(), layers: [`sha256:${"0".repeat(64)}`] }, base);
    expect(await readSaveHeader(bytes)).toMatchObject({
      kind: "save",
      v86: "0.5.1",
      base: base.sha256,
      layers: [`sha256:${"0".repeat(64)}`],
      created: new Date("2026-03-01T00:00:00Z"),
      memory: pageCount * pageSize,
    });
  });

  it("of another base is a mismatch that names the base it needs", async () => {
    const base = await snapshotOf(someParts());
    const other = await snapshotOf({ ...someParts(), engine: {} });
    const opened = decodeSave(await encodeSave(someParts(), base), other);
    await expect(opened).rejects.toThrow(SaveMismatch);
    await expect(opened).rejects.toMatchObject({ needs: { format: 1, v86: "0.5.1", base: base.sha256 } });
  });

  it("of another v86 is a mismatch that names the version", async () => {
    const bytes = await encodeSnapshot(someParts());
    await expect(decodeSnapshot(bytes, "0.5.2")).rejects.toMatchObject({
      name: "SaveMismatch",
      needs: { v86: "0.5.1" },
    });
  });

  it("of a later format is a mismatch", async () => {
    const header = Buffer.from(JSON.stringify({ format: 2, v86: "1.0.0", base: null, news: true }));
    const bytes = await reheaded(header);
    await expect(decodeSnapshot(bytes)).rejects.toMatchObject({ name: "SaveMismatch", needs: { format: 2 } });
  });

  it("is not a snapshot, nor the other way round", async () => {
    const base = await snapshotOf(someParts());
    await expect(decodeSnapshot(await encodeSave(someParts(), base))).rejects.toThrow(SaveDamaged);
    await expect(decodeSave(await encodeSnapshot(someParts()), base)).rejects.toThrow(SaveDamaged);
  });

  it("takes no state that does not fit the base", async () => {
    const base = await snapshotOf(someParts());
    const given = someParts();
    await expect(encodeSave({ ...given, machine: { ...given.machine, v86: "0.5.2" } }, base)).rejects.toThrow("0.5.2");
    const cut = { ...given.machine, pages: given.machine.pages.subarray(1) };
    await expect(encodeSave({ ...given, machine: cut }, base)).rejects.toThrow("page bitmap");
  });
});

describe("damage", () => {
  it("by truncation is found, wherever it cuts", async () => {
    const base = await snapshotOf(someParts());
    const bytes = await encodeSave(
      someParts([...Array.from({ length: pageCount - 1 }, () => somePage), undefined]),
      base,
    );
    for (let length = 0; length < bytes.length; length++)
      await expect(decodeSave(bytes.slice(0, length), base)).rejects.toThrow(SaveDamaged);
    await expect(decodeSave(new Uint8Array([...bytes, 0]), base)).rejects.toThrow(SaveDamaged);
  });

  it("by a flipped bit is found, wherever it is", async () => {
    const base = await snapshotOf(someParts());
    const bytes = await encodeSave(someParts(Array.from({ length: pageCount }, () => somePage)), base);
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length * 8 - 1), async (bit) => {
        const flipped = bytes.slice();
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        await expect(decodeSave(flipped, base)).rejects.toThrow(SaveDamaged);
      }),
      { numRuns: 500 },
    );
  });

  it("that keeps all digests right is found as well", async () => {
    const base = await snapshotOf(someParts());
    const fields = {
      kind: "save",
      v86: "0.5.1",
      base: base.sha256,
      created: "2026-03-01T00:00:00.000Z",
      memory: pageCount * pageSize,
      layers: [],
    } as const;
    const section = (name: string, bytes: Uint8Array) => ({ name, encoding: "none", bytes }) as const;
    const all = new Uint8Array(pageCount / 8).fill(255);
    const none = new Uint8Array(pageCount / 8);
    const rest = [
      section("devices", none),
      section("engine", Buffer.from("{}")),
      section("layerfs", Buffer.from("{}")),
    ];
    const cases: readonly [string, Parameters<typeof writeContainer>[1]][] = [
      ["no section present", rest],
      ["fewer pages", [section("present", all), section("changed", all), ...rest]],
      [
        "more pages",
        [section("pages", new Uint8Array(pageSize)), section("present", none), section("changed", none), ...rest],
      ],
      [
        "part of a page",
        [section("pages", new Uint8Array(1)), section("present", all), section("changed", all), ...rest],
      ],
      ["does not have", [section("present", none), section("changed", all), ...rest]],
      ["its base does not have", [section("present", all), section("changed", none), ...rest]],
      ["not as large", [section("present", all.subarray(1)), section("changed", none), ...rest]],
      ["twice", [section("present", all), section("present", all), section("changed", none), ...rest]],
      [
        "not JSON",
        [
          section("present", none),
          section("changed", none),
          section("devices", none),
          section("engine", Buffer.from("{")),
          section("layerfs", none),
        ],
      ],
    ];
    for (const [message, sections] of cases) {
      const opened = decodeSave(await writeContainer({ ...fields, layers: [] }, sections), base);
      await expect(opened, message).rejects.toThrow(SaveDamaged);
      await expect(opened).rejects.toThrow(message);
    }
  });

  it("of the header is told in words", async () => {
    const header = Buffer.from(JSON.stringify({ format: 1, kind: "save" }));
    await expect(openContainer(await reheaded(header))).rejects.toThrow("the save's header is wrong: v86");
    await expect(openContainer(await reheaded(Buffer.from("{")))).rejects.toThrow("header is not JSON");
    await expect(openContainer(Buffer.from("PK\x03\x04"))).rejects.toThrow("not a save");
  });

  it("of compressed data is found, and no more is inflated than announced", async () => {
    const bytes = await deflate(new Uint8Array(1_000_000));
    expect(await inflate(bytes, 1_000_000)).toEqual(new Uint8Array(1_000_000));
    await expect(inflate(bytes, 999_999)).rejects.toThrow(SaveDamaged);
    await expect(inflate(bytes, 1_000_001)).rejects.toThrow(SaveDamaged);
    await expect(inflate(bytes.subarray(0, bytes.length - 1), 1_000_000)).rejects.toThrow(SaveDamaged);
    await expect(inflate(new Uint8Array(100).fill(255), 100)).rejects.toThrow(SaveDamaged);
  });
});

/** A container of this header, with its right digest, and no sections. */
async function reheaded(header: Uint8Array): Promise<Uint8Array> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", header as Uint8Array<ArrayBuffer>));
  const start = (await encodeSnapshot(someParts())).slice(0, 44);
  new DataView(start.buffer).setUint32(8, header.length, true);
  start.set(digest, 12);
  return new Uint8Array(Buffer.concat([start, header]));
}
