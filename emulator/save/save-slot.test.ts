import fc from "fast-check";
import { expect, it } from "vitest";
import { type BlobStore, MemoryBlobStore } from "./blob-store.ts";
import { SaveDamaged } from "./errors.ts";
import { SaveSlot } from "./save-slot.ts";

/** A save is whole when it ends as it begins. */
const saveOf = (content: string): Uint8Array => Buffer.from(`<${content}>`);
async function open(bytes: Uint8Array): Promise<string> {
  const text = Buffer.from(bytes).toString();
  if (!/^<.*>$/.test(text)) throw new SaveDamaged("torn");
  return text.slice(1, -1);
}

/** A store whose process ends at its n-th change, which is half done. */
class FailingStore implements BlobStore {
  readonly kept: MemoryBlobStore;
  changesLeft: number;

  constructor(kept: MemoryBlobStore, changesLeft: number) {
    this.kept = kept;
    this.changesLeft = changesLeft;
  }

  get(name: string): Promise<Uint8Array | undefined> {
    return this.kept.get(name);
  }

  async put(name: string, bytes: Uint8Array): Promise<void> {
    if (this.changesLeft-- === 0) {
      await this.kept.put(name, bytes.subarray(0, bytes.length / 2));
      throw new Error("gone");
    }
    if (this.changesLeft < 0) throw new Error("gone");
    await this.kept.put(name, bytes);
  }

  async delete(name: string): Promise<void> {
    if (this.changesLeft-- <= 0) throw new Error("gone");
    await this.kept.delete(name);
  }

  list(): Promise<readonly string[]> {
    return this.kept.list();
  }
}

it("gives back the last save, and keeps it and the one before", async () => {
  const store = new MemoryBlobStore();
  const slot = new SaveSlot(store, "lab");
  expect(await slot.read(open)).toBeUndefined();
  for (const content of ["one", "two", "three"]) await slot.write(saveOf(content));
  expect(await slot.read(open)).toBe("three");
  expect([...(await store.list())].sort()).toEqual(["lab.2", "lab.3", "lab.pointer"]);
  expect(await new SaveSlot(store, "lab").read(open)).toBe("three");
});

it("writes in the order it was asked to", async () => {
  const slot = new SaveSlot(new MemoryBlobStore(), "lab");
  await Promise.all(["one", "two", "three"].map((content) => slot.write(saveOf(content))));
  expect(await slot.read(open)).toBe("three");
});

it("falls back to the last good save", async () => {
  const store = new MemoryBlobStore();
  const slot = new SaveSlot(store, "lab");
  await slot.write(saveOf("good"));
  await slot.write(Buffer.from("<torn"));
  expect(await slot.read(open)).toBe("good");
  await store.put("lab.1", Buffer.from("torn>"));
  await expect(slot.read(open)).rejects.toThrow(SaveDamaged);
});

it("lets an error that is not damage through", async () => {
  const slot = new SaveSlot(new MemoryBlobStore(), "lab");
  await slot.write(saveOf("good"));
  await expect(slot.read(() => Promise.reject(new Error("no layers")))).rejects.toThrow("no layers");
});

it("keeps slots apart whose names begin alike", async () => {
  const store = new MemoryBlobStore();
  const [lab, labTwo] = [new SaveSlot(store, "lab"), new SaveSlot(store, "lab-2")];
  await lab.write(saveOf("one"));
  await labTwo.write(saveOf("two"));
  await lab.delete();
  expect(await lab.read(open)).toBeUndefined();
  expect(await labTwo.read(open)).toBe("two");
  expect(() => new SaveSlot(store, "a.b")).toThrow("named");
});

it("leaves a whole save behind whenever the process ends", () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.nat(9), { minLength: 1, maxLength: 8 }), async (failures) => {
      const kept = new MemoryBlobStore();
      await new SaveSlot(kept, "lab").write(saveOf("0"));
      let done = 0;
      for (const [i, failure] of failures.entries()) {
        const slot = new SaveSlot(new FailingStore(kept, failure), "lab");
        // As often as the process lives to.
        for (let save = 0; save < 3; save++) {
          const content = i * 3 + save + 1;
          const written = await slot.write(saveOf(String(content))).then(
            () => true,
            () => false,
          );
          if (written) done = content;
        }
        expect(Number(await new SaveSlot(kept, "lab").read(open))).toBeGreaterThanOrEqual(done);
      }
    }),
    { numRuns: 300 },
  ));

it("keeps the old save when there is no room for a new one", async () => {
  const kept = new MemoryBlobStore();
  await new SaveSlot(kept, "lab").write(saveOf("old"));
  await expect(new SaveSlot(new FailingStore(kept, 0), "lab").write(saveOf("new"))).rejects.toThrow("gone");
  expect(await new SaveSlot(kept, "lab").read(open)).toBe("old");
});
