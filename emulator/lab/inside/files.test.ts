import { beforeEach, describe, expect, it } from "vitest";
import { guestNode, lookUp, makeDirectories } from "../../engine/testing/guest-tree.ts";
import { insideHandler } from "./inside.ts";
import { GuestWithClock } from "./testing/guest-with-clock.ts";

let guest: GuestWithClock;
const shells = new Map<string, number>();

beforeEach(() => {
  guest = new GuestWithClock();
  shells.clear();
});

async function ask(method: "GET" | "POST" | "DELETE", what: string, body?: string) {
  const handler = insideHandler(() => Promise.reject(new Error("not for the engine")), { files: guest.part(shells) });
  const response = await handler({
    method,
    target: `/inside/files/${what}`,
    headers: {},
    body: body === undefined ? null : new Blob([body]).stream(),
    signal: new AbortController().signal,
  });
  const text = await new Response(response.body as BodyInit).text();
  return { status: response.status, text, json: () => JSON.parse(text) as Record<string, unknown> };
}

describe("files of the guest through the page's door", () => {
  it("lists folders with kinds and sizes, and says which are missing", async () => {
    guest.type("/root/Dockerfile", "FROM busybox\n");
    makeDirectories(guest.view, "/root/src");
    lookUp(guest.view, "/root").entries.set("link", guestNode("symlink", { target: "src" }));
    lookUp(guest.view, "/root").entries.set("dangling", guestNode("symlink", { target: "nowhere" }));
    const { text } = await ask("GET", "list?path=/root&path=/nope");
    expect(JSON.parse(text)).toMatchObject([
      {
        path: "/root",
        more: 0,
        entries: [
          { name: "Dockerfile", kind: "file", size: 13, symlink: false },
          { name: "dangling", kind: "other", symlink: true },
          { name: "link", kind: "directory", symlink: true },
          { name: "src", kind: "directory", symlink: false },
        ],
      },
      { path: "/nope", missing: true },
    ]);
  });

  it("tells text from bytes", async () => {
    guest.type("/root/a", "grün\n");
    await guest.write("/", "/root/b", Uint8Array.of(0x7f, 0x45, 0, 1));
    await guest.write("/", "/root/c", Uint8Array.of(0xff, 0xfe));
    expect((await ask("GET", "read?path=/root/a")).json()).toMatchObject({ kind: "text", text: "grün\n" });
    expect((await ask("GET", "read?path=/root/b")).json()).toMatchObject({ kind: "binary", size: 4 });
    expect((await ask("GET", "read?path=/root/c")).json()).toMatchObject({ kind: "binary" });
    expect((await ask("GET", "read?path=/root/d")).status).toBe(404);
  });

  it("writes over the version that was read, and over no other", async () => {
    const first = await ask("POST", "write?path=/root/a&version=new", "1");
    expect(first.status).toBe(200);
    expect((await ask("POST", "write?path=/root/a&version=new", "2")).status).toBe(409);
    const { version } = first.json();
    guest.type("/root/a", "3");
    const refused = await ask("POST", `write?path=/root/a&version=${String(version)}`, "4");
    expect(refused.status).toBe(409);
    expect(guest.text("/root/a")).toBe("3");
    const again = await ask("POST", `write?path=/root/a&version=${String(refused.json()["version"])}`, "4");
    expect(again.status).toBe(200);
    await guest.remove("/", "/root/a");
    expect((await ask("POST", `write?path=/root/a&version=${String(again.json()["version"])}`, "5")).json()).toEqual({
      message: "/root/a is gone.",
      version: null,
    });
  });

  it("keeps mode and owner of a file that is there", async () => {
    guest.type("/root/run.sh", "#!/bin/sh\n");
    Object.assign(lookUp(guest.view, "/root/run.sh"), { mode: 0o755, uid: 7 });
    expect((await ask("POST", "write?path=/root/run.sh", "#!/bin/sh\necho\n")).status).toBe(200);
    expect(await guest.stat("/", "/root/run.sh")).toMatchObject({ mode: 0o755, uid: 7, size: 15 });
  });

  it("leaves what was there when the disk is full", async () => {
    guest.type("/root/a", "before");
    guest.room = 8;
    const refused = await ask("POST", "write?path=/root/a", "much longer than that");
    expect(refused.status).toBe(507);
    expect(refused.json()["message"]).toContain("disk is full");
    expect(guest.text("/root/a")).toBe("before");
    expect((await ask("POST", "write?path=/root/b&version=new", "much longer than that")).status).toBe(507);
    expect(await guest.stat("/", "/root/b")).toBeUndefined();
  });

  it("renames onto nothing, and deletes nothing of the machine's own", async () => {
    guest.type("/root/a", "a");
    guest.type("/root/b", "b");
    expect((await ask("POST", "rename?from=/root/a&to=/root/b")).status).toBe(409);
    expect((await ask("POST", "rename?from=/root/a&to=/root/c")).status).toBe(200);
    expect(guest.text("/root/c")).toBe("a");
    expect((await ask("DELETE", "remove?path=/root/c")).status).toBe(200);
    expect((await ask("DELETE", "remove?path=/root")).status).toBe(400);
    expect((await ask("DELETE", "remove?path=/")).status).toBe(400);
  });

  it.each(["root/a", "/root/../etc/shadow", "/root/a%00b", ""])("refuses the path %j", async (path) => {
    expect((await ask("GET", `read?path=${path}`)).status).toBe(400);
  });

  it("knows where a shell stands, and whether it waits", async () => {
    makeDirectories(guest.view, "/proc/12");
    lookUp(guest.view, "/proc/12").entries.set("cwd", guestNode("symlink", { target: "/root/my app" }));
    guest.type("/proc/12/stat", "12 (sh) S 1 12 12 34816 12 4194304");
    shells.set("shell-1", 12);
    expect((await ask("GET", "shell?name=shell-1")).json()).toEqual({ folder: "/root/my app", idle: true });
    guest.type("/proc/12/stat", "12 (a) b) S 1 12 12 34816 99 4194304");
    expect((await ask("GET", "shell?name=shell-1")).json()).toMatchObject({ idle: false });
    expect((await ask("GET", "shell?name=shell-2")).status).toBe(404);
  });

  it("refuses more than an editor's file", async () => {
    const refused = await ask("POST", "write?path=/root/a", "x".repeat(2 * 1024 * 1024 + 1));
    expect(refused.status).toBe(400);
    expect(await guest.stat("/", "/root/a")).toBeUndefined();
  });
});
