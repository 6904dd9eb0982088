import { describe, expect, it } from "vitest";
import type { UpperChange, UpperReading } from "./facts.ts";
import { aggregate } from "./tree.ts";
import { treeText } from "./tree-rows.ts";
import { digestOf, listing } from "./testing/fixtures.ts";
import { belowOf, upperTree } from "./upper.ts";
import { overlayText, overlayView } from "./overlay.ts";
import { upperEvents } from "./upper-events.ts";

const image = aggregate([listing("1", "etc/", "etc/passwd 1200", "bin/", "bin/x 9", "opt/", "opt/a 5", "opt/b 6")], 0);
const below = belowOf(image);

const file = (size: number, mtime = 1000) => ({ kind: "file" as const, mode: 0o644, uid: 0, gid: 0, size, mtime });
const directory = { kind: "directory" as const, mode: 0o755, uid: 0, gid: 0, size: 0, mtime: 0 };
const whiteout = { kind: "whiteout" as const, mode: 0, uid: 0, gid: 0, size: 0, mtime: 0 };

type Short = Omit<UpperChange, "read"> & { readonly read?: boolean };

function reading(changes: readonly Short[]): UpperReading {
  const root = "/var/lib/docker/overlay2";
  return {
    container: { id: "c1", name: "web", imageId: digestOf("e"), running: true },
    diffIds: [digestOf("1"), digestOf("2")],
    lowerDirs: [`${root}/c1-init/diff`, `${root}/two/diff`, `${root}/one/diff`],
    upperDir: `${root}/c1/diff`,
    workDir: `${root}/c1/work`,
    mergedDir: `${root}/c1/merged`,
    changes: changes.map((change) => ({ read: true, ...change })),
  };
}

const busy = [
  { path: "/bin", change: "modified" as const, upper: directory },
  { path: "/bin/x", change: "deleted" as const, upper: whiteout },
  { path: "/etc", change: "modified" as const, upper: directory },
  { path: "/etc/passwd", change: "modified" as const, upper: file(1210) },
  { path: "/new", change: "added" as const, upper: directory },
  { path: "/new/<b>", change: "added" as const, upper: file(6) },
  { path: "/opt", change: "modified" as const, upper: directory },
  { path: "/opt/a", change: "deleted" as const, upper: undefined },
  { path: "/opt/b", change: "modified" as const, upper: file(1) },
];

describe("upperTree", () => {
  it("speaks of copy-up, whiteouts and opaque directories", async () => {
    await expect(treeText(upperTree(reading(busy), below))).toMatchFileSnapshot("testdata/upper-tree.txt");
  });

  it("does not call opaque what was not looked at", () => {
    const { root } = upperTree(reading([{ path: "/bin/x", change: "deleted", upper: undefined, read: false }]), below);
    expect(root.children?.get("bin")?.children?.get("x")?.note).toBe("deleted");
  });

  it("does not give a part of the bytes for the whole", () => {
    const some = reading([
      { path: "/many", change: "added", upper: directory },
      { path: "/many/1", change: "added", upper: file(5) },
      { path: "/many/2", change: "added", upper: undefined, read: false },
    ]);
    const { root, answer } = upperTree(some, below);
    expect(root.children?.get("many")?.partial).toBe(true);
    expect(answer).toBe("3 names added, more than 5 B in the upperdir.");
  });

  it("is empty where nothing happened", () => {
    expect(upperTree(reading([]), below).answer).toContain("Nothing yet");
  });
});

describe("overlayView", () => {
  it("names every directory by its path, and whose layer it is", async () => {
    await expect(overlayText(overlayView(reading([])))).toMatchFileSnapshot("testdata/overlay.txt");
  });

  it("counts a layer that comes twice once, where it is topmost", () => {
    const twice = {
      ...reading([]),
      diffIds: [digestOf("1"), digestOf("2"), digestOf("1")],
      lowerDirs: ["init", "top", "mid"],
    };
    expect(
      overlayView(twice)
        .rows.filter(({ role }) => role === "lowerdir")
        .map(({ layer }) => layer),
    ).toEqual([-1, 2, 1]);
  });
});

describe("upperEvents", () => {
  it("tells what happened between two readings", () => {
    const events = upperEvents(reading([]), reading(busy), below).map(({ text }) => text);
    expect(events).toEqual([
      "copied up /etc/passwd (1.2 kB)",
      "added directory /new",
      "added /new/<b> (6 B)",
      "added a new /opt/b in its place (1 B)",
      "whiteout for /bin/x",
      "opaque directory hides /opt/a",
    ]);
  });

  it("tells of writes to what is in the upperdir already, and of what is gone from it", () => {
    const before = reading([
      { path: "/etc/passwd", change: "modified", upper: file(1210) },
      { path: "/tmp/a", change: "added", upper: file(1) },
      { path: "/bin/x", change: "deleted", upper: whiteout },
    ]);
    const after = reading([{ path: "/etc/passwd", change: "modified", upper: file(1210, 2000) }]);
    expect(upperEvents(before, after, below).map(({ text }) => text)).toEqual([
      "wrote /etc/passwd (1.21 kB)",
      "removed /tmp/a",
      "/bin/x is the image's again",
    ]);
  });

  it("calls a file that was removed and made again no copy-up", () => {
    const removed = reading([{ path: "/etc/passwd", change: "deleted", upper: whiteout }]);
    const again = reading([{ path: "/etc/passwd", change: "modified", upper: file(3) }]);
    expect(upperEvents(removed, again, below).map(({ text }) => text)).toEqual([
      "added a new /etc/passwd in its place (3 B)",
    ]);
  });

  it("is silent when nothing happened", () => {
    expect(upperEvents(reading(busy), reading(busy), below)).toEqual([]);
  });

  it("tells a flood in one line", () => {
    const many = Array.from({ length: 5000 }, (_, i) => ({
      path: `/usr/${i}`,
      change: "added" as const,
      upper: i < 200 ? file(1) : undefined,
      read: i < 200,
    }));
    expect(upperEvents(reading([]), reading(many), below).map(({ text }) => text)).toEqual([
      "added 5,000 names, /usr/0 first",
    ]);
  });
});
