import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { inProcess } from "../../emulator/client/inprocess.ts";
import type { Transport } from "../../emulator/client/transport.ts";
import { insideHandler, json } from "../../emulator/lab/inside/inside.ts";
import { GuestWithClock } from "../../emulator/lab/inside/testing/guest-with-clock.ts";
import { guestFolder } from "./guest-folder.ts";
import { templates } from "./templates.ts";
import { PlainBuffer } from "./testing/plain-buffer.ts";
import { Workspace } from "./workspace.svelte.ts";

let machine: GuestWithClock;
let transport: Transport;
let workspace: Workspace;
let listings: number;

beforeEach(() => {
  vi.useFakeTimers();
  const stored = new Map<string, string>();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
  });
  machine = new GuestWithClock();
  listings = 0;
  const inside = inProcess(
    insideHandler(() => Promise.resolve(json({ message: "page not found" }, 404)), { files: machine.part() }),
  );
  transport = {
    ...inside,
    request: (request) => {
      if (request.target.startsWith("/inside/files/list")) listings++;
      return inside.request(request);
    },
  };
  const buffer = (_path: string, text: string) => new PlainBuffer(text);
  workspace = new Workspace(
    guestFolder(() => transport),
    "machine-1",
    buffer,
    () => transport,
  );
});
afterEach(() => {
  workspace.dispose();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("a workspace", () => {
  it("opens the Dockerfile of its folder, also when it comes later", async () => {
    await workspace.start(transport);
    expect(workspace.documents.active).toBeUndefined();
    machine.type("/root/Dockerfile", "FROM busybox\n");
    workspace.printed();
    await vi.advanceTimersByTimeAsync(300);
    await vi.waitFor(() => expect(workspace.documents.active?.path).toBe("/root/Dockerfile"));
    expect(workspace.dockerfile).toBe("/root/Dockerfile");
  });

  it("begins with a template", async () => {
    await workspace.start(transport);
    const [template] = templates;
    if (template === undefined) throw new Error("there is no template");
    await workspace.useTemplate(template);
    expect(machine.text("/root/Dockerfile")).toBe(template.files["Dockerfile"]);
    expect(workspace.tree.rows.map(({ name }) => name).sort()).toEqual(Object.keys(template.files).sort());
  });

  it("looks once when a terminal rests, and now and then while it does not", async () => {
    await workspace.start(transport);
    const before = listings;
    for (let i = 0; i < 10; i++) {
      workspace.printed();
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(listings).toBe(before);
    await vi.advanceTimersByTimeAsync(300);
    expect(listings).toBe(before + 1);
    for (let i = 0; i < 45; i++) {
      workspace.printed();
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(listings).toBe(before + 3);
    workspace.shown = false;
    workspace.printed();
    await vi.advanceTimersByTimeAsync(5000);
    expect(listings).toBe(before + 3);
  });

  it("knows what is left out of the context", async () => {
    machine.type("/root/.dockerignore", "# no\n*.log\n!keep.log\n");
    await workspace.start(transport);
    await vi.waitFor(() => expect(workspace.ignore).toEqual(["*.log", "!keep.log"]));
    await machine.remove("/", "/root/.dockerignore");
    await workspace.tree.refresh();
    await vi.waitFor(() => expect(workspace.ignore).toBeUndefined());
  });

  it("offers names in a folder of the context and nowhere else", async () => {
    machine.type("/root/a.py", "");
    await workspace.guest.makeFolder("/root/src");
    expect(await workspace.namesIn("")).toEqual(["a.py", "src/"]);
    expect(await workspace.namesIn("./src")).toEqual([]);
    expect(await workspace.namesIn("../etc")).toEqual([]);
    expect(await workspace.namesIn("none")).toEqual([]);
  });

  it("remembers tag and target of each folder", () => {
    expect(workspace.inputs.of("/root/web")).toEqual({ tag: "web", target: "" });
    workspace.inputs.set("/root/web", { tag: "me/web:2", target: "test" });
    const later = new Workspace(
      workspace.guest,
      "machine-1",
      () => new PlainBuffer(""),
      () => transport,
    );
    expect(later.inputs.of("/root/web")).toEqual({ tag: "me/web:2", target: "test" });
    expect(later.inputs.of("/root")).toEqual({ tag: "app", target: "" });
  });

  it("says what the machine refuses", async () => {
    machine.type("/root/a", "1");
    await workspace.rename("/root/a", "a");
    expect(workspace.notice).toBe("There is already a.");
  });
});
