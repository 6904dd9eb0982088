import { expect, it } from "vitest";
import { MemoryBlobStore } from "../../emulator/save/blob-store.ts";
import { SaveSlot } from "../../emulator/save/save-slot.ts";
import { Checkpoints } from "./checkpoints.ts";

const store = () => {
  const blobs = new MemoryBlobStore();
  const machine = new SaveSlot(blobs, "m");
  return {
    blobs,
    machine,
    checkpoints: new Checkpoints(blobs, "m"),
    now: () => machine.read((bytes) => Promise.resolve(bytes[0])),
  };
};

it("goes back to any of the last eight, and keeps no more", async () => {
  const { blobs, machine, checkpoints, now } = store();
  const names: string[] = [];
  for (let at = 0; at < 10; at++) {
    await machine.write(Uint8Array.of(at));
    names.push(`task-${at}`);
    await checkpoints.keep(`task-${at}`, names);
  }
  expect(await checkpoints.kept(names)).toEqual(names.slice(2));
  expect(await checkpoints.restore("task-1")).toBe(false);
  expect(await now()).toBe(9);
  expect(await checkpoints.restore("task-2")).toBe(true);
  expect(await now()).toBe(2);
  await checkpoints.forget(names);
  expect((await blobs.list()).filter((name) => name.includes("after"))).toEqual([]);
  expect(await now()).toBe(2);
});

it("keeps fewer of a large machine, and none of one that is too large", async () => {
  const { machine, checkpoints } = store();
  await machine.write(new Uint8Array(1));
  await checkpoints.keep("a", ["a"]);
  await checkpoints.keep("b", ["a", "b"]);
  await machine.write(new Uint8Array(25_000_000));
  await checkpoints.keep("c", ["a", "b", "c"]);
  expect(await checkpoints.kept(["a", "b", "c"])).toEqual(["b", "c"]);
  await machine.write(new Uint8Array(61_000_000));
  await checkpoints.keep("d", ["a", "b", "c", "d"]);
  expect(await checkpoints.kept(["a", "b", "c", "d"])).toEqual([]);
});
