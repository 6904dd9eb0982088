import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FileTree, flatten } from "./file-tree.ts";
import { layerOf } from "./file-tree-layer.ts";
import { fileNode } from "./file-tree-node.ts";
import { listOf, tarOf } from "./testing/tree-text.ts";

/** A few names, so that they meet: entries over entries, through links and files, whiteouts of what is there. */
const name = fc.constantFrom("a", "b", "c", ".wh.a", ".wh.b", ".wh..wh..opq", "..", ".", "");
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/"));
const line = fc.oneof(
  path.map((at) => `${at}/`),
  fc.tuple(path, fc.constantFrom("1", "2")).map(([at, content]) => `${at}: ${content}`),
  fc.tuple(path, path).map(([at, to]) => `${at} -> ${to}`),
  fc.tuple(path, path).map(([at, to]) => `${at} = ${to}`),
);
const archive = fc.array(line, { maxLength: 8 }).map((lines) => tarOf(...lines));
const known = /^(TarError|PathError|HostileLayer)$/;

function tried<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
    expect((error as Error).name).toMatch(known);
    return undefined;
  }
}

describe("any archives", () => {
  it("as layers give a tree or an error that says why; what is below stays as it is", () => {
    fc.assert(
      fc.property(fc.array(archive, { maxLength: 4 }), (tars) => {
        let tree = FileTree.empty;
        for (const tar of tars) {
          const before = listOf(tree);
          const next = tried(() => tree.extend(tar));
          expect(listOf(tree)).toEqual(before);
          tree = next ?? tree;
        }
        expect(listOf(FileTree.fromLayers([flatten(tree)]))).toEqual(listOf(tree));
      }),
      { numRuns: 500 },
    );
  });

  it("as contexts give a tree or an error, and lookups never leave it", () => {
    fc.assert(
      fc.property(archive, path, (tar, at) => {
        const tree = tried(() => FileTree.fromTar(tar));
        if (tree === undefined) return;
        const real = tried(() => tree.realPath(at));
        if (real === undefined) return;
        expect(real).toMatch(/^\/(?!.*(?:^|\/)\.\.(?:\/|$))/);
        expect(tree.lookup(real)).toBe(tree.lookup(at));
      }),
      { numRuns: 500 },
    );
  });
});

it("any draft is the same tree again as a layer over its base", () => {
  const change = fc.record({
    parts: fc.array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 3 }),
    kind: fc.constantFrom("file", "directory", "remove"),
    content: fc.constantFrom("x", "y"),
  });
  fc.assert(
    fc.property(fc.array(archive, { maxLength: 3 }), fc.array(change, { maxLength: 8 }), (tars, changes) => {
      let base = FileTree.empty;
      for (const tar of tars) base = tried(() => base.extend(tar)) ?? base;
      const draft = base.draft();
      for (const { parts, kind, content } of changes) {
        tried(() => {
          if (kind === "remove") draft.remove(parts);
          else if (kind === "directory") draft.makeDirectory(parts, { mode: 0o700 });
          else draft.put(parts, fileNode("file", { content: new TextEncoder().encode(content) }));
        });
      }
      const after = listOf(new FileTree(draft.root));
      const layer = layerOf(draft);
      expect(listOf(layer === undefined ? base : base.extend(layer.tar))).toEqual(after);
    }),
    { numRuns: 500 },
  );
});
