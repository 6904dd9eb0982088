import { describe, expect, it } from "vitest";
import { aggregate, fileSystem, heldSize, layerTree, type FileNode } from "./tree.ts";
import { firstExpanded, treeRows, treeText } from "./tree-rows.ts";
import { listing } from "./testing/fixtures.ts";

const base = listing("1", "bin/", "bin/sh 900", "bin/vi -> sh", "etc/", "etc/passwd 20", "old/", "old/a 5", "old/b 7");
const middle = listing("2", "etc/", "etc/passwd 30", "etc/new/", "etc/new/x 1", ".wh.old", "bin/.wh.vi");
const top = listing("3", "etc/", "etc/new/ opaque", "etc/new/y 2", "bin/.wh.never");

const at = (root: FileNode, path: string): FileNode | undefined =>
  path.split("/").reduce<FileNode | undefined>((node, part) => node?.children?.get(part), root);

describe("layerTree", () => {
  it("tells added, changed and removed, with whiteouts named as such", async () => {
    await expect(treeText(layerTree([base, middle, top], 1))).toMatchFileSnapshot("testdata/layer-tree.txt");
  });

  it("names what an opaque directory hides", async () => {
    await expect(treeText(layerTree([base, middle, top], 2))).toMatchFileSnapshot("testdata/opaque-tree.txt");
  });

  it("leaves out directories that a layer only passes through", () => {
    const { root, answer } = layerTree([base, listing("2", "etc/", "etc/hosts 3")], 1);
    expect(at(root, "etc")?.change).toBe("same");
    expect(answer).toBe("1 name added; 3 B of files.");
  });

  it("says when nothing changed", () => {
    expect(layerTree([base, listing("2")], 1).answer).toBe("It changed no file.");
  });

  it("tells of names that were not listed", () => {
    expect(layerTree([{ ...base, left: 12 }], 0).answer).toContain("12 more names not shown");
  });
});

describe("fileSystem", () => {
  it("is what a container sees, with what the layer itself removed", async () => {
    await expect(treeText(fileSystem([base, middle, top], 2))).toMatchFileSnapshot("testdata/file-system.txt");
  });

  it("forgets what a lower layer removed", () => {
    const root = aggregate([base, middle, top], 2);
    expect(at(root, "old")).toBeUndefined();
    expect(at(root, "bin/vi")).toBeUndefined();
    expect(at(root, "etc/passwd")).toMatchObject({ layer: 1, change: "same" });
  });

  it("takes a file in the place of a directory, and the other way round", () => {
    const root = aggregate([listing("1", "a/", "a/b 1", "c 1"), listing("2", "a 5", "c/", "c/d 2")], 1);
    expect(at(root, "a")).toMatchObject({ change: "changed", children: undefined });
    expect(at(root, "c/d")).toMatchObject({ change: "added" });
    expect(root.totals).toMatchObject({ files: 2, size: 7 });
  });

  it("makes the directories that no layer has an entry for", () => {
    const root = aggregate([listing("1", "usr/share/doc/x 3")], 0);
    expect(at(root, "usr/share")?.totals.size).toBe(3);
    expect(at(root, "usr")?.entry).toBeUndefined();
  });

  it("gives the names of Object's own no special meaning", () => {
    const root = aggregate([listing("1", "__proto__ 1", "constructor 2", "hasOwnProperty/", "hasOwnProperty/x 4")], 0);
    expect(root.totals.size).toBe(7);
  });
});

describe("treeRows", () => {
  const { root } = fileSystem([base], 0);

  it("shows what is open, with places among siblings", () => {
    const rows = treeRows(root, new Set(["etc"]));
    expect(
      rows.map(({ node, depth, expanded, position, siblings }) => [node.path, depth, expanded, position, siblings]),
    ).toEqual([
      ["bin", 0, false, 1, 3],
      ["etc", 0, true, 2, 3],
      ["etc/passwd", 1, undefined, 1, 1],
      ["old", 0, false, 3, 3],
    ]);
  });

  it("finds names whatever their case, with the directories that lead there", () => {
    expect(treeRows(root, new Set(), "PASS").map(({ node }) => node.path)).toEqual(["etc", "etc/passwd"]);
    expect(treeRows(root, new Set(), "old/").map(({ node }) => node.path)).toEqual(["old", "old/a", "old/b"]);
    expect(treeRows(root, new Set(), "nowhere")).toEqual([]);
  });

  it("opens what fits at first", () => {
    expect([...firstExpanded(root, 5)]).toEqual(["bin"]);
    expect([...firstExpanded(root, 100)]).toEqual(["bin", "etc", "old"]);
  });
});

it("holds a layer of fifty thousand names", () => {
  const many = listing("1", ...Array.from({ length: 50_000 }, (_, i) => `usr/lib/d${i % 500}/f${i} 1`));
  const { root } = fileSystem([many], 0);
  expect(root.totals.files).toBe(50_000);
  expect(treeRows(root, firstExpanded(root)).length).toBeLessThan(30);
  expect(heldSize(root)).toBe(50_000);
});
