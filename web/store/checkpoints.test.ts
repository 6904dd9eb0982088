import { expect, it } from "vitest";
import { MemoryBlobStore } from "../../emulator/save/blob-store.ts";
import { SaveSlot } from "../../emulator/save/save-slot.ts";
import { Checkpoints } from "./checkpoints.ts";

it("goes back to any of the last three, and keeps no more", async () => {
  const store = new MemoryBlobStore();
  const machine = new SaveSlot(store, "m");
  const checkpoints = new Checkpoints(store, "m");
  const names: string[] = [];
  for (const name of ["a", "b", "c", "d"]) {
    await machine.write(new TextEncoder().encode(name));
    names.push(name);
    await checkpoints.keep(name, names);
  }
  const now = () => machine.read((bytes) => Promise.resolve(new TextDecoder().decode(bytes)));
  expect(await checkpoints.restore("a")).toBe(false);
  expect(await now()).toBe("d");
  expect(await checkpoints.restore("b")).toBe(true);
  expect(await now()).toBe("b");
  await checkpoints.forget(names);
  expect((await store.list()).filter((name) => name.includes("after"))).toEqual([]);
  expect(await now()).toBe("b");
});
