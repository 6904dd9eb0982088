import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { HostileLayer } from "../image/layer.ts";
import { TarError, tarHeader, type TarHeader, type TarKind } from "../image/tar/entry.ts";
import { writeTar } from "../image/tar/write.ts";
import type { LayerNode } from "./node.ts";
import { readLayer, type LayerTree } from "./tree.ts";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

type Row = readonly [name: string, kind?: TarKind, rest?: Partial<TarHeader>, content?: string];

function layer(...rows: Row[]): LayerTree {
  return readLayer(
    writeTar(
      rows.map(([name, kind = "file", rest, content]) => ({
        header: tarHeader(name, kind, rest),
        ...(content === undefined ? {} : { content: text(content) }),
      })),
    ),
  );
}

function find(tree: LayerTree, path: string): LayerNode | undefined {
  let at: LayerNode | undefined = tree.root;
  for (const part of path.split("/")) at = at?.children?.get(part);
  return at;
}

function contentOf(tree: LayerTree, path: string): string {
  const node = find(tree, path);
  return new TextDecoder().decode(tree.tar.subarray(node?.offset, (node?.offset ?? 0) + (node?.size ?? 0)));
}

function opaque(node: LayerNode | undefined): boolean {
  return node?.xattrs.get("trusted.overlay.opaque")?.[0] === 0x79;
}

const whiteout = { mode: 0o020000, major: 0, minor: 0, nlink: 1 };

describe("a layer", () => {
  it("has the directories that its tar leaves out", () => {
    const tree = layer(["a/b/c", "file", {}, "x"]);
    expect(find(tree, "a/b")).toMatchObject({ mode: 0o040755, uid: 0, mtime: 0, nlink: 2 });
    expect(tree.root.nlink).toBe(3);
    expect(find(tree, "a")?.nlink).toBe(3);
  });

  it("takes a directory's attributes from its last entry, wherever that is", () => {
    const tree = layer(["a/b"], ["a/", "directory", { mode: 0o1700, uid: 7 }], ["./", "directory", { mode: 0o711 }]);
    expect(find(tree, "a")).toMatchObject({ mode: 0o041700, uid: 7 });
    expect(find(tree, "a/b")).toBeDefined();
    expect(tree.root.mode).toBe(0o040711);
  });

  it("follows the last of several entries with one name", () => {
    const tree = layer(
      ["f", "file", {}, "first"],
      ["g", "hardlink", { linkName: "f" }],
      ["f", "file", {}, "second"],
      ["d/x", "file", {}, "gone"],
      ["d", "symlink", { linkName: "f" }],
    );
    expect(contentOf(tree, "f")).toBe("second");
    expect(contentOf(tree, "g")).toBe("first");
    expect(find(tree, "g")?.nlink).toBe(1);
    expect(find(tree, "d")?.children).toBeUndefined();
    expect(tree.root.nlink).toBe(2);
    expect(tree.size).toBe("first".length + "second".length);
  });

  it("has one inode for hard links, and counts its bytes once", () => {
    const tree = layer(["a", "file", {}, "12345"], ["d/b", "hardlink", { linkName: "./a" }]);
    expect(find(tree, "a")).toBe(find(tree, "d/b"));
    expect(find(tree, "a")?.nlink).toBe(2);
    expect(tree.size).toBe(5);
  });

  it("shows whiteouts as overlayfs wants them, and no .wh. name", () => {
    const tree = layer([".wh.gone"], ["d/.wh..wh..opq"], ["d/x"], [".wh..wh.plnk", "directory"], [".wh..wh.plnk/1.2"]);
    expect([...(tree.root.children?.keys() ?? [])]).toEqual(["d", "gone"]);
    expect(find(tree, "gone")).toMatchObject(whiteout);
    expect(opaque(find(tree, "d"))).toBe(true);
    expect([...(find(tree, "d")?.children?.keys() ?? [])]).toEqual(["x"]);
  });

  it("keeps what it brings itself beside a whiteout of that name, in either order", () => {
    for (const rows of [
      [[".wh.d"], ["d/x"], [".wh.f"], ["f", "file", {}, "new"]],
      [["d/x"], [".wh.d"], ["f", "file", {}, "new"], [".wh.f"]],
    ] satisfies Row[][]) {
      const tree = layer(...rows);
      expect(opaque(find(tree, "d"))).toBe(true);
      expect(find(tree, "d/x")).toBeDefined();
      expect(contentOf(tree, "f")).toBe("new");
    }
  });

  it("stays opaque when the directory's own entry comes after the marker", () => {
    const tree = layer(["d/.wh..wh..opq"], ["d", "directory", { mode: 0o700 }]);
    expect(opaque(find(tree, "d"))).toBe(true);
    expect(find(tree, "d")?.mode).toBe(0o040700);
  });

  it("keeps extended attributes, but none that would steer an overlay", () => {
    const xattrs = new Map([
      ["security.capability", Uint8Array.of(1, 0, 0, 2)],
      ["trusted.overlay.redirect", text("/etc")],
      ["trusted.overlay.opaque", text("y")],
    ]);
    const tree = layer(["f", "file", { xattrs }], ["d", "directory", { xattrs }]);
    expect([...(find(tree, "f")?.xattrs ?? [])]).toEqual([["security.capability", Uint8Array.of(1, 0, 0, 2)]]);
    expect(opaque(find(tree, "d"))).toBe(false);
  });

  it.each<[string, Row[]]>([
    ["a path that climbs out", [["../x"]]],
    ["a path that climbs out", [["a/../../x"]]],
    ["a path that is absolute", [["/etc/passwd"]]],
    ["a path that climbs out", [["a"], ["b", "hardlink", { linkName: "../../etc/passwd" }]]],
    ["a path that is absolute", [["b", "hardlink", { linkName: "/etc/passwd" }]]],
    ["which is not in the layer", [["b", "hardlink", { linkName: "c" }]]],
    [
      "a hard link to a directory",
      [
        ["d", "directory"],
        ["b", "hardlink", { linkName: "d" }],
      ],
    ],
    ["which is no directory", [["l", "symlink", { linkName: "/etc" }], ["l/passwd"]]],
    ["which is no directory", [["f"], ["f/x"]]],
    ["a root that is no directory", [["./", "symlink", { linkName: "x" }]]],
    ["a path with a NUL in it", [[`é\0b`]]],
    ["a name that is too long", [["n".repeat(256)]]],
    ["a name that is too long", [["é".repeat(128)]]],
    ["a path that is too long", [["long/".repeat(1000)]]],
    ["a symlink to no possible path", [["l", "symlink", { linkName: "x".repeat(4096) }]]],
    ["a symlink to no possible path", [["l", "symlink", { linkName: "" }]]],
    ["a whiteout of nothing", [[".wh."]]],
    ["a whiteout of nothing", [["a/.wh..."]]],
    ["a whiteout that is a directory", [[".wh.a/b"]]],
    ["which overlayfs takes for a whiteout", [["c", "character"]]],
    ["extended attribute that is too long", [["f", "file", { xattrs: new Map([["user.x", new Uint8Array(65_537)]]) }]]],
  ])("is refused for %s: %#", (reason, rows) => {
    expect(() => layer(...rows)).toThrow(HostileLayer);
    expect(() => layer(...rows)).toThrow(reason);
  });

  it("of any bytes is read or refused, never worse", () => {
    const good = writeTar([
      { header: tarHeader("d/.wh.x", "file") },
      { header: tarHeader("d/f", "file", { xattrs: new Map([["user.a", text("b")]]) }), content: text("abc") },
      { header: tarHeader("d/g", "hardlink", { linkName: "d/f" }) },
    ]);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }), (edits) => {
        const bad = good.slice();
        for (const [at, byte] of edits) bad[at] = byte;
        // A checksum that fits again, so that more than the first check is met.
        for (let at = 0; at + 512 <= bad.length; at += 512) {
          bad.fill(0x20, at + 148, at + 156);
          const sum = bad.subarray(at, at + 512).reduce((a, b) => a + b, 0);
          bad.set(text(`${sum.toString(8).padStart(6, "0")}\0 `), at + 148);
        }
        try {
          readLayer(bad);
        } catch (error) {
          expect(error instanceof HostileLayer || error instanceof TarError, String(error)).toBe(true);
        }
      }),
    );
  });
});
