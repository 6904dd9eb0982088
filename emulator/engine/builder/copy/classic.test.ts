import { describe, expect, it } from "vitest";
import { type TreeLine, tarOf } from "../../../image/testing/tree-text.ts";
import { FileTree } from "../../../image/file-tree.ts";
import { tarHeader } from "../../../image/tar/entry.ts";
import { writeTar } from "../../../image/tar/write.ts";
import { copyKey } from "./copy-key.ts";
import { copyLayer } from "./copy-layer.ts";
import { type Copied, layerOf, requestOf } from "./testing/request.ts";

const context: TreeLine[] = [
  ["dir/", { mode: 0o700, uid: 5, mtime: 77 }],
  ["dir/a: 1", { uid: 5 }],
  ["dir/sub/", { mode: 0o750, uid: 5, mtime: 78 }],
  "dir/sub/b: 2",
  "x.txt: 3",
  "y.txt: 4",
  "sp ace.txt: 5",
  "link.txt -> x.txt",
  "dangling -> nowhere",
];

function classic(rootfs: readonly TreeLine[] = [], rest: Copied["rest"] = {}): Copied {
  return { context, rootfs, rest: { mode: "classic", ...rest } };
}

describe("the classic builder's COPY puts", () => {
  const cases: [line: string, entries: string[], rootfs?: TreeLine[]][] = [
    ["COPY dir /copied/", ["copied/", "copied/a: 1", "copied/sub/", "copied/sub/b: 2"]],
    ["COPY dir/sub /onlysub", ["onlysub/", "onlysub/b: 2"]],
    ["COPY ?.txt /globs/", ["globs/", "globs/x.txt: 3", "globs/y.txt: 4"]],
    ["COPY x.txt y.txt /two/", ["two/", "two/x.txt: 3", "two/y.txt: 4"]],
    ["COPY x.txt /renamed", ["renamed: 3"]],
    ["COPY x.txt .", ["wd/", "wd/x.txt: 3"], ["wd/"]],
    ["COPY x.txt .", ["wd: 3"]],
    ["COPY dir rel", ["wd/", "wd/rel/", "wd/rel/a: 1", "wd/rel/sub/", "wd/rel/sub/b: 2"]],
    ["COPY link.txt /d/", ["d/", "d/link.txt: 3"]],
    ["COPY dir /d", ["d/", "d/a: 1", "d/sub/", "d/sub/b: 2"], ["d/a/", "d/a/x: 1", "d/sub: file"]],
    ["COPY x.txt /d/", ["d/", "d/x.txt: 3"], ["d/x.txt/", "d/x.txt/y"]],
    ["ADD x.txt /added/", ["added/", "added/x.txt: 3"]],
  ];
  it.each(cases)("%s", async (line, entries, rootfs) => {
    expect(await layerOf(line, classic(rootfs))).toEqual(entries);
  });

  it("what is root's, unless it is told or comes from a stage", async () => {
    const owners = async (line: string, copied: Copied): Promise<string[]> => {
      const { tree } = await copyLayer(requestOf(line, copied));
      return ["p", "p/d", "p/d/a", "p/d/sub"].map((path) => {
        const node = tree.lookup(path);
        return `${String(node?.uid)} ${(node?.mode ?? 0).toString(8)}`;
      });
    };
    expect(await owners("COPY dir /p/d", classic())).toEqual(["0 755", "0 755", "0 644", "0 750"]);
    expect(await owners("COPY --chown=9 dir /p/d", classic())).toEqual(["0 755", "9 755", "9 644", "9 750"]);
    expect(await owners("COPY --from dir /p/d", classic())).toEqual(["0 755", "0 755", "5 644", "5 750"]);
    const file = await copyLayer(requestOf("COPY --chown=9 x.txt /p/f", classic()));
    expect(file.tree.lookup("p")?.uid).toBe(9);
  });

  it("unpacks with ADD", async () => {
    const content = tarOf("dir/a: 1", "x.txt: 3");
    const tree = FileTree.fromTar(writeTar([{ header: tarHeader("t.tar", "file"), content }]));
    const rest = { sources: [{ tree, pattern: "t.tar", ref: "" }] };
    expect(await layerOf("ADD t.tar /untar/", classic([], rest))).toEqual([
      "untar/",
      "untar/dir/",
      "untar/dir/a: 1",
      "untar/x.txt: 3",
    ]);
  });
});

describe("the classic builder's COPY fails", () => {
  const cases: [line: string, message: string, rootfs?: TreeLine[]][] = [
    [
      "COPY nosuch /x",
      "COPY failed: file not found in build context or excluded by .dockerignore: stat nosuch: file does not exist",
    ],
    [
      "COPY dangling /x",
      "COPY failed: file not found in build context or excluded by .dockerignore: stat dangling: file does not exist",
    ],
    ["COPY --from nosuch /x", "COPY failed: stat nosuch: file does not exist"],
    ["COPY ../etc /x", "COPY failed: forbidden path outside the build context: ../etc ()"],
    ["COPY dir/../../etc /x", "COPY failed: forbidden path outside the build context: dir/../../etc ()"],
    [
      "COPY x.txt y.txt /notdir",
      "When using COPY with more than one source file, the destination must be a directory and end with a /",
    ],
    ["COPY x.txt y.txt .", "When using COPY with more than one source file"],
    ["COPY *.none /x/", "COPY failed: no source files were specified"],
    ["COPY [ /x/", "COPY failed: no source files were specified"],
    [
      "COPY --chown=nouser x.txt /x",
      "unable to convert uid/gid chown string to host mapping: can't find uid for user nouser: no such user: nouser",
      ["etc/passwd: me:x:1:1::/:/bin/sh"],
    ],
    ["COPY --chown=me x.txt /x", "can't find uid for user me: open /etc/passwd: no such file or directory"],
    [
      "COPY --chown=0:nogroup x.txt /x",
      "unable to convert uid/gid chown string to host mapping: can't find gid for group nogroup: no such group: nogroup",
      ["etc/group: me:x:1:"],
    ],
    ["COPY --chown=a:b:c x.txt /x", "invalid chown string format: a:b:c"],
    ["COPY dir /f", "failed to copy files: failed to copy directory: mkdir /f: not a directory", ["f: 1"]],
    ["COPY x.txt /f/", "failed to copy files: failed to create new directory: mkdir /f: not a directory", ["f: 1"]],
    ["COPY x.txt /l/f", "failed to copy files: evalSymlinksInScope: too many links in /l/f", ["l -> l"]],
    [
      "COPY --chmod=755 x.txt /x",
      "the --chmod option requires BuildKit. Refer to https://docs.docker.com/go/buildkit/ to learn how to build images with BuildKit enabled",
    ],
    ["COPY --link x.txt /x", "the --link option requires BuildKit."],
    ["COPY https://a.b/c /x", "COPY failed: source can't be a URL for COPY"],
    ["ADD https://a.b/c /x", 'ADD failed: Get "https://a.b/c": network is unreachable'],
  ];
  it.each(cases)("%s: %s", async (line, message, rootfs) => {
    await expect(layerOf(line, classic(rootfs))).rejects.toThrow(message);
  });
});

it("names its sources in history by kind and digest", async () => {
  const hash = async (line: string, copied = classic()): Promise<string> =>
    (await copyKey(requestOf(line, copied))).sourceHash;
  expect(await hash("COPY x.txt /x")).toMatch(/^file:[0-9a-f]{64}$/);
  expect(await hash("COPY dir /x")).toMatch(/^dir:[0-9a-f]{64}$/);
  expect(await hash("COPY x.txt dir /x/")).toMatch(/^multi:[0-9a-f]{64}$/);
  expect(await hash("COPY x.txt /elsewhere")).toBe(await hash("COPY x.txt /x"));
});
