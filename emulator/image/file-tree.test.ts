import { describe, expect, it } from "vitest";
import { FileTree, flatten } from "./file-tree.ts";
import { layerOf } from "./file-tree-layer.ts";
import { fileNode } from "./file-tree-node.ts";
import { tarHeader } from "./tar/entry.ts";
import { readTar } from "./tar/read.ts";
import { writeTar } from "./tar/write.ts";
import { entriesOf as names, listOf as list, tarOf as tar } from "./testing/tree-text.ts";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const shown = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

describe("layers over one another", () => {
  it("add, replace and share", () => {
    const base = FileTree.fromLayers([tar("etc/", "etc/a: 1", "etc/b: 2", "usr/", "usr/c: 3")]);
    const next = base.extend(tar("etc/", "etc/a: changed", "etc/new: x"));
    expect(list(next)).toEqual(["etc/", "etc/a: changed", "etc/b: 2", "etc/new: x", "usr/", "usr/c: 3"]);
    expect(list(base)).toEqual(["etc/", "etc/a: 1", "etc/b: 2", "usr/", "usr/c: 3"]);
    expect(next.lookup("usr")).toBe(base.lookup("usr"));
    expect(next.lookup("etc")).not.toBe(base.lookup("etc"));
  });

  it("hide what a whiteout names, wherever it stands among the entries", () => {
    const base = FileTree.fromLayers([tar("d/", "d/a: 1", "d/sub/", "d/sub/x: 2", "e/", "e/f: 3")]);
    expect(list(base.extend(tar("d/", "d/.wh.a", "d/.wh.sub")))).toEqual(["d/", "e/", "e/f: 3"]);
    expect(list(base.extend(tar("d/sub/", "d/sub/y: new", "d/.wh.sub")))).toEqual([
      "d/",
      "d/a: 1",
      "d/sub/",
      "d/sub/y: new",
      "e/",
      "e/f: 3",
    ]);
    expect(list(base.extend(tar("d/new: 1", "d/.wh..wh..opq", "d/sub/z: 2")))).toEqual([
      "d/",
      "d/new: 1",
      "d/sub/",
      "d/sub/z: 2",
      "e/",
      "e/f: 3",
    ]);
    expect(list(base.extend(tar(".wh..wh.plnk/", ".wh..wh.plnk/1: aufs")))).toEqual(list(base));
    expect(list(base.extend(tar("d: now a file")))).toEqual(["d: now a file", "e/", "e/f: 3"]);
    expect(list(base.extend(tar("e/f/", "e/f/g: 1")))).toContain("e/f/g: 1");
  });

  it("keep hard links as one file", () => {
    const tree = FileTree.fromLayers([tar("a: 1", "b = a"), tar("c = ./b")]);
    expect(tree.lookup("b")).toBe(tree.lookup("a"));
    expect(tree.lookup("c")).toBe(tree.lookup("a"));
  });

  it("that are hostile are refused", () => {
    const cases: [Uint8Array, string][] = [
      [tar("../x: 1"), "a path that climbs out"],
      [tar("/x: 1"), "a path that is absolute"],
      [tar("a: 1", "a/b: 2"), 'a path through "a", which is no directory'],
      [tar("a = none"), 'a hard link to "none", which is not in the layer'],
      [tar("d/", "a = d"), "a hard link to a directory"],
      [tar(".wh..: 1"), "a whiteout of nothing"],
      [tar(".wh.a/", ".wh.a/b: 1"), "a whiteout that is a directory"],
      [writeTar([{ header: tarHeader("c", "character") }]), "a character device 0:0"],
    ];
    for (const [bad, message] of cases) expect(() => FileTree.fromLayers([bad])).toThrow(message);
  });
});

describe("lookup", () => {
  const tree = FileTree.fromLayers([
    tar(
      "usr/bin/sh: shell",
      "bin -> usr/bin",
      "etc/sh -> ../bin/sh",
      "etc/up -> ../../../../usr/bin/sh",
      "etc/abs -> /bin/sh",
      "loop -> loop2",
      "loop2 -> loop",
      "gone -> nowhere/at/all",
    ),
  ]);

  it.each(["bin/sh", "/bin/sh", "etc/sh", "etc/up", "etc/abs", "./bin/../bin/sh", "../../bin/sh"])(
    "finds %s",
    (path) => {
      expect(shown(tree.lookup(path)?.content)).toBe("shell");
    },
  );

  it("follows the last name only when asked", () => {
    expect(tree.lookup("bin")?.kind).toBe("directory");
    expect(tree.lookup("bin", { follow: false })?.kind).toBe("symlink");
    expect(tree.lookup("etc/abs", { follow: false })?.linkName).toBe("/bin/sh");
  });

  it("knows where a path leads when nothing is there", () => {
    expect(tree.realPath("bin/new/x")).toBe("/usr/bin/new/x");
    expect(tree.realPath("gone/more")).toBe("/nowhere/at/all/more");
    expect(tree.realPath("/")).toBe("/");
    expect(tree.lookup("gone")).toBeUndefined();
    expect(tree.lookup("usr/bin/sh/below")).toBeUndefined();
  });

  it("gives up on loops", () => {
    expect(() => tree.lookup("loop")).toThrow("too many links");
    const chain = Array.from({ length: 300 }, (_, i) => `l${String(i)} -> l${String(i + 1)}`);
    expect(() => FileTree.fromLayers([tar(...chain)]).lookup("l0")).toThrow("too many links");
    const long = FileTree.fromLayers([tar(`x -> ${"x/".repeat(1000)}`)]);
    expect(() => long.lookup("x")).toThrow("file name too long");
  });
});

describe("a context's archive", () => {
  it("has names as Docker cleans them", () => {
    const tree = FileTree.fromTar(tar("./", "./a: 1", "/b: 2", "../c: 3", "d/../e: 4", "f//g: 5"));
    expect(list(tree)).toEqual(["a: 1", "b: 2", "c: 3", "e: 4", "f/", "f/g: 5"]);
  });

  it("replaces what has the same name; directories merge", () => {
    const tree = FileTree.fromTar(tar("a/x: 1", ["a/", { mode: 0o700 }], "b: 1", "b/", "b/c: 2", "d/e: 1", "d: file"));
    expect(list(tree)).toEqual(["a/", "a/x: 1", "b/", "b/c: 2", "d: file"]);
    expect(tree.lookup("a")?.mode).toBe(0o700);
  });

  it("goes through symlinks inside itself, never out", () => {
    const tree = FileTree.fromTar(tar("real/", "link -> /real", "link/x: 1", "out -> ../../..", "out/y: 2"));
    expect(list(tree)).toEqual(["link -> /real", "out -> ../../..", "real/", "real/x: 1", "y: 2"]);
  });

  it("keeps names that mean whiteouts in a layer", () => {
    expect(list(FileTree.fromTar(tar(".wh.a: 1", "a: 2")))).toEqual([".wh.a: 1", "a: 2"]);
  });

  it("that is hostile gives an error", () => {
    expect(() => FileTree.fromTar(tar("a: 1", "a/b: 2"))).toThrow("open /a/b: not a directory");
    expect(() => FileTree.fromTar(tar("a = b"))).toThrow("link /b /a: no such file or directory");
    expect(() => FileTree.fromTar(tar("d/", "a = d"))).toThrow("operation not permitted");
    expect(() => FileTree.fromTar(tar("l -> gone", "l/x: 1"))).toThrow("open /l/x: no such file or directory");
    expect(() => FileTree.fromTar(tar("l -> l", "l/x: 1"))).toThrow("too many links");
    expect(() => FileTree.fromTar(tar(`${"n".repeat(256)}: 1`))).toThrow("file name too long");
    expect(() => FileTree.fromTar(tar(`${"n/".repeat(2048)}x: 1`))).toThrow("file name too long");
  });
});

describe("a draft as a layer", () => {
  const base = FileTree.fromLayers([
    tar(["etc/", { mode: 0o711, mtime: 5 }], "etc/a: 1", "etc/sub/", "etc/sub/b: 2", "x: 3"),
  ]);
  it("has what was touched and the directories on the way, as they are", () => {
    const draft = base.draft();
    expect(layerOf(draft)).toBeUndefined();
    draft.put(["etc", "a"], fileNode("file", { content: text("1") }));
    draft.remove(["etc", "none"]);
    const layer = layerOf(draft);
    expect(names(layer?.tar)).toEqual(["etc/", "etc/a: 1"]);
    expect(layer?.size).toBe(1);
    const [etc] = layer === undefined ? [] : [...readTar(layer.tar)];
    expect(etc).toMatchObject({ mode: 0o711, mtime: 5 });
  });

  it("says what is gone, and what a new directory hides", () => {
    const draft = base.draft();
    draft.remove(["x"]);
    draft.makeDirectory(["etc", "sub"], { mode: 0o700 });
    const same = fileNode("file", { content: text("same") });
    draft.put(["etc", "sub", "one"], same);
    draft.put(["etc", "sub", "two"], same);
    const layer = layerOf(draft);
    expect(names(layer?.tar)).toEqual([
      ".wh.x",
      "etc/",
      "etc/sub/",
      "etc/sub/.wh..wh..opq",
      "etc/sub/one: same",
      "etc/sub/two = etc/sub/one",
    ]);
    const after = base.extend(layer?.tar ?? new Uint8Array());
    expect(list(after)).toEqual(["etc/", "etc/a: 1", "etc/sub/", "etc/sub/one: same", "etc/sub/two: same"]);
  });

  it("refuses a name that would remove another", () => {
    const draft = base.draft();
    draft.put([".wh.x"], fileNode("file"));
    expect(() => layerOf(draft)).toThrow("means a removed file");
  });

  it("of a whole tree reads back as the same tree, in the same bytes", () => {
    const tree = FileTree.fromLayers([tar("b: 1", "a/c: 2", "a/d = b", "l -> b")]);
    expect(list(FileTree.fromLayers([flatten(tree)]))).toEqual(list(tree));
    expect(flatten(FileTree.fromLayers([tar("l -> b", "b: 1", "a/d = b", "a/c: 2")]))).toEqual(flatten(tree));
  });
});
