import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { inProcess } from "../../emulator/client/inprocess.ts";
import { insideHandler, json } from "../../emulator/lab/inside/inside.ts";
import { GuestWithClock } from "../../emulator/lab/inside/testing/guest-with-clock.ts";
import { autosaveAfter, type Document } from "./document.svelte.ts";
import { Documents } from "./documents.svelte.ts";
import { FileTree } from "./file-tree.svelte.ts";
import { guestFolder, type GuestFolder } from "./guest-folder.ts";
import { PlainBuffer } from "./testing/plain-buffer.ts";

/** A guest in memory and the page's way to its files. */
function guestInMemory(): { readonly machine: GuestWithClock; readonly folder: GuestFolder } {
  const machine = new GuestWithClock();
  const transport = inProcess(
    insideHandler(() => Promise.resolve(json({ message: "page not found" }, 404)), { files: machine.part() }),
  );
  return { machine, folder: guestFolder(() => transport) };
}

let machine: GuestWithClock;
let documents: Documents;
let tree: FileTree;
let document: Document;
let buffer: PlainBuffer;
let seen: Promise<void> | undefined;

beforeEach(async () => {
  vi.useFakeTimers();
  const guest = guestInMemory();
  machine = guest.machine;
  machine.type("/root/Dockerfile", "FROM busybox\n");
  documents = new Documents(guest.folder, (_path, text) => new PlainBuffer(text));
  tree = new FileTree(guest.folder, (sight) => (seen = documents.seen(sight)));
  document = await documents.open("/root/Dockerfile");
  buffer = document.buffer as PlainBuffer;
});
afterEach(() => vi.useRealTimers());

async function look(): Promise<void> {
  await tree.refresh();
  await seen;
}

describe("a file that is edited", () => {
  it("is written once typing rests, and not before", async () => {
    buffer.type("FROM busybox\nRUN a\n");
    await vi.advanceTimersByTimeAsync(autosaveAfter - 100);
    buffer.type("FROM busybox\nRUN ab\n");
    await vi.advanceTimersByTimeAsync(autosaveAfter - 100);
    expect(machine.text("/root/Dockerfile")).toBe("FROM busybox\n");
    expect(document.state.kind).toBe("unsaved");
    await vi.advanceTimersByTimeAsync(100);
    await document.save();
    expect(machine.text("/root/Dockerfile")).toBe("FROM busybox\nRUN ab\n");
    expect(document.state.kind).toBe("saved");
  });

  it("takes a change from the terminal, and undo has what was before", async () => {
    machine.type("/root/Dockerfile", "FROM busybox\nUSER nobody\n");
    await look();
    expect(buffer.text()).toBe("FROM busybox\nUSER nobody\n");
    expect(buffer.undone).toEqual(["FROM busybox\n"]);
    expect(document.state.kind).toBe("saved");
    buffer.type("FROM busybox\nUSER daemon\n");
    await document.save();
    expect(machine.text("/root/Dockerfile")).toBe("FROM busybox\nUSER daemon\n");
  });

  it("asks when both changed, and writes nothing until then", async () => {
    buffer.type("mine\n");
    machine.type("/root/Dockerfile", "theirs\n");
    await look();
    expect(document.state).toEqual({ kind: "conflict", gone: false });
    await document.save();
    await vi.advanceTimersByTimeAsync(autosaveAfter * 2);
    expect(machine.text("/root/Dockerfile")).toBe("theirs\n");
    await document.keepMine();
    expect(machine.text("/root/Dockerfile")).toBe("mine\n");
    expect(document.state.kind).toBe("saved");
  });

  it("notices the other side even when no listing came between", async () => {
    machine.type("/root/Dockerfile", "theirs\n");
    buffer.type("mine\n");
    await document.save();
    expect(document.state).toEqual({ kind: "conflict", gone: false });
    await document.takeTheirs();
    expect(buffer.text()).toBe("theirs\n");
    expect(document.state.kind).toBe("saved");
  });

  it("tells a file that is gone, and can write it again", async () => {
    await machine.remove("/", "/root/Dockerfile");
    await look();
    expect(document.state).toEqual({ kind: "conflict", gone: true });
    await document.keepMine();
    expect(machine.text("/root/Dockerfile")).toBe("FROM busybox\n");
  });

  it("is whole on a full disk, and is written when there is room", async () => {
    machine.room = 14;
    buffer.type("FROM busybox\nRUN true\n");
    await document.save();
    expect(document.state).toMatchObject({ kind: "failed", message: expect.stringContaining("disk is full") });
    expect(machine.text("/root/Dockerfile")).toBe("FROM busybox\n");
    machine.room = Infinity;
    await document.save();
    expect(machine.text("/root/Dockerfile")).toBe("FROM busybox\nRUN true\n");
  });

  it("does not take its own writing for another's", async () => {
    buffer.type("FROM busybox\nRUN a\n");
    const saving = document.save();
    const looking = look();
    buffer.type("FROM busybox\nRUN abc\n");
    await saving;
    await looking;
    await look();
    await document.save();
    expect(document.state.kind).toBe("saved");
    expect(machine.text("/root/Dockerfile")).toBe("FROM busybox\nRUN abc\n");
  });

  it("goes with its folder when that is renamed", async () => {
    machine.type("/root/app.py", "1");
    const app = await documents.open("/root/app.py");
    documents.moved("/root", "/home");
    expect([document.path, app.path]).toEqual(["/home/Dockerfile", "/home/app.py"]);
    expect(documents.active).toBe(app);
    await documents.close(app);
    expect(documents.active).toBe(document);
  });

  it("is refused when it is no text", async () => {
    await machine.write("/", "/root/bin", Uint8Array.of(0, 1));
    await expect(documents.open("/root/bin")).rejects.toThrow("bin is no text");
  });
});

describe("the tree", () => {
  it("lists what is opened, folders first, and what changes there", async () => {
    machine.type("/root/zeta", "");
    await tree.refresh();
    await tree.guest.makeFolder("/root/src/deep");
    machine.type("/root/src/a.py", "1");
    await tree.refresh();
    expect(tree.rows.map(({ name, depth }) => `${depth} ${name}`)).toEqual(["0 src", "0 Dockerfile", "0 zeta"]);
    await tree.toggle("/root/src");
    expect(tree.rows.map(({ name, depth }) => `${depth} ${name}`)).toEqual([
      "0 src",
      "1 deep",
      "1 a.py",
      "0 Dockerfile",
      "0 zeta",
    ]);
    await tree.toggle("/root/src");
    expect(tree.rows).toHaveLength(3);
  });

  it("says that its folder is missing, and finds it once it is there", async () => {
    await tree.open("/root/none");
    expect(tree.missing).toBe(true);
    await tree.guest.makeFolder("/root/none");
    await tree.refresh();
    expect(tree.missing).toBe(false);
  });
});
