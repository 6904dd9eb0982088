import { describe, expect, it } from "vitest";
import { type FileNode, FileTree } from "../../../image/file-tree.ts";
import { gzip } from "../../../image/gzip.ts";
import { type TreeLine, tarOf } from "../../../image/testing/tree-text.ts";
import { writeTar } from "../../../image/tar/write.ts";
import { tarHeader } from "../../../image/tar/entry.ts";
import { copyLayer } from "./copy-layer.ts";
import { type Copied, layerOf, requestOf, resultOf } from "./testing/request.ts";

const context: TreeLine[] = [
  ["dir/", { mode: 0o700, mtime: 77 }],
  "dir/a: 1",
  ["dir/sub/", { mode: 0o750, mtime: 78 }],
  "dir/sub/b: 2",
  "x.txt: 3",
  "y.txt: 4",
  "link.txt -> x.txt",
  "to-dir -> dir",
  "dangling -> nowhere",
  "name[1].txt: odd",
];

describe("COPY puts", () => {
  const cases: [line: string, entries: string[], rootfs?: TreeLine[]][] = [
    ["COPY x.txt /renamed", ["renamed: 3"]],
    ["COPY x.txt /new/place", ["new/", "new/place: 3"]],
    ["COPY x.txt /new/", ["new/", "new/x.txt: 3"]],
    ["COPY x.txt /new/.", ["new/", "new/x.txt: 3"]],
    ["COPY x.txt /there", ["there/", "there/x.txt: 3"], ["there/"]],
    ["COPY x.txt .", ["wd/", "wd/x.txt: 3"]],
    ["COPY x.txt sub/f", ["wd/", "wd/sub/", "wd/sub/f: 3"]],
    ["COPY x.txt ../up", ["up: 3"]],
    ["COPY /x.txt ./../../../out", ["out: 3"]],
    ["COPY ../../x.txt /f", ["f: 3"]],
    ["COPY x.txt y.txt /one", ["one: 4"]],
    ["COPY x.txt y.txt .", ["wd/", "wd/x.txt: 3", "wd/y.txt: 4"]],
    ["COPY x.txt y.txt /two/", ["two/", "two/x.txt: 3", "two/y.txt: 4"]],
    ["COPY dir /copied/", ["copied/", "copied/a: 1", "copied/sub/", "copied/sub/b: 2"]],
    ["COPY dir/ /copied", ["copied/", "copied/a: 1", "copied/sub/", "copied/sub/b: 2"]],
    ["COPY dir/sub /a/b/c", ["a/", "a/b/", "a/b/c/", "a/b/c/b: 2"]],
    ["COPY *.txt /g/", ["g/", "g/link.txt: 3", "g/name[1].txt: odd", "g/x.txt: 3", "g/y.txt: 4"]],
    ["COPY di* /g/", ["g/", "g/a: 1", "g/sub/", "g/sub/b: 2"]],
    ["COPY dir/*/b /g/", ["g/", "g/b: 2"]],
    ["COPY name[[]1].txt /f", ["f: odd"]],
    ["COPY *.none /g/", []],
    ["COPY x.txt *.none /g/", ["g/", "g/x.txt: 3"]],
    ["COPY link.txt /f", ["f: 3"]],
    ["COPY link.txt /d/", ["d/", "d/link.txt: 3"]],
    ["COPY to-dir /d", ["d/", "d/a: 1", "d/sub/", "d/sub/b: 2"]],
    ["COPY x.txt /in/link/", ["real/", "real/x.txt: 3"], ["real/", "in/link -> ../real"]],
    ["COPY x.txt /link", ["real: 3"], ["link -> /real", "real: old"]],
    ["COPY x.txt /link", ["gone: 3"], ["link -> gone"]],
    ["COPY x.txt /d/", ["d/", "d/x.txt: 3"], ["d/x.txt -> elsewhere"]],
    ["COPY dir /d", ["d/", "d/a: 1", "d/sub/", "d/sub/b: 2"], ["d/a -> elsewhere", "d/kept: 1"]],
    ["COPY <<f x.txt /d/", ["d/", "d/f: inline", "d/x.txt: 3"]],
    ["COPY <<f /script", ["script: inline"]],
    ["COPY --link x.txt /etc/f", ["etc/", "etc/f: 3"], [["etc/", { mode: 0o700 }]]],
    ["COPY --parents dir/sub/b x.txt /p/", ["p/", "p/dir/", "p/dir/sub/", "p/dir/sub/b: 2", "p/x.txt: 3"]],
    ["COPY --parents dir/./sub/b /p/", ["p/", "p/sub/", "p/sub/b: 2"]],
    ["COPY --parents dir/**/b /p/", ["p/", "p/dir/", "p/dir/sub/", "p/dir/sub/b: 2"]],
    ["COPY --parents dir/*/ /p/", ["p/", "p/dir/", "p/dir/a: 1", "p/dir/sub/", "p/dir/sub/b: 2"]],
    ["COPY --parents none* /p/", ["p/"]],
    ["COPY --exclude=sub dir /d", ["d/", "d/a: 1"]],
    ["COPY --exclude=**/b dir /d", ["d/", "d/a: 1", "d/sub/"]],
    ["COPY --exclude=* --exclude=!sub/b dir /d", ["d/", "d/sub/", "d/sub/b: 2"]],
    ["COPY --exclude=* dir /d", ["d/"]],
    ["COPY --exclude=y.txt --exclude=[ln]* *.txt /g/", ["g/", "g/x.txt: 3"]],
  ];
  it.each(cases)("%s", async (line, entries, rootfs) => {
    expect(await layerOf(line, { context, ...(rootfs === undefined ? {} : { rootfs }) })).toEqual(entries);
  });

  it("leaves the rest of a directory alone", async () => {
    const copied: Copied = { context, rootfs: ["d/", "d/kept: 1", "d/sub/other: 2", "e: 3"] };
    expect(await resultOf("COPY dir /d", copied)).toEqual([
      "d/",
      "d/a: 1",
      "d/kept: 1",
      "d/sub/",
      "d/sub/b: 2",
      "d/sub/other: 2",
      "e: 3",
    ]);
  });

  it("has a file that was there already, the same, in the layer again", async () => {
    expect(await layerOf("COPY x.txt /x.txt", { context, rootfs: ["x.txt: 3"] })).toEqual(["x.txt: 3"]);
  });
});

describe("COPY fails", () => {
  const checksum = "failed to compute cache key: failed to calculate checksum of ref REF: ";
  const cases: [line: string, message: string, rootfs?: TreeLine[]][] = [
    ["COPY nosuch /x", `${checksum}"/nosuch": not found`],
    ["COPY ../etc /x", `${checksum}"/etc": not found`],
    ["COPY dangling /x", `${checksum}"/dangling": not found`],
    ["COPY d* /x/", `${checksum}"/dangling": not found`],
    ["COPY [ /x/", `${checksum}syntax error in pattern`],
    ["COPY none/*.txt /x/", "lstat /none: no such file or directory"],
    ["COPY --parents dir/none /x/", `${checksum}"/dir/none": not found`],
    ["COPY dir /file", "cannot copy to non-directory: /file", ["file: 1"]],
    ["COPY dir /d", "cannot copy to non-directory: /d/sub", ["d/sub: 1"]],
    ["COPY dir /d", "cannot replace to directory /d/a with file", ["d/a/"]],
    ["COPY x.txt /d", "cannot replace to directory /d/x.txt with file", ["d/x.txt/"]],
    ["COPY x.txt /file/", "mkdir /file: not a directory", ["file: 1"]],
    ["COPY x.txt /file/sub/f", "mkdir /file: not a directory", ["file: 1"]],
    ["COPY x.txt /l/f", "too many links", ["l -> l"]],
    ["COPY http://a.b/c /x", "source can't be a URL for COPY"],
    ["COPY git@a.b:c/d.git /x", "source can't be a git ref for COPY"],
    ["ADD https://a.b/c.tar /x", 'failed to load cache key: Get "https://a.b/c.tar": network is unreachable'],
    ["COPY --chmod=9 x.txt /x", "invalid chmod parameter: '9'. it should be octal string and between 0 and 07777"],
    [
      "COPY --chmod=10000 x.txt /x",
      "invalid chmod parameter: '10000'. it should be octal string and between 0 and 07777",
    ],
    ["COPY --chmod=u~x x.txt /x", "invalid syntax"],
    ["COPY --link --chown=me x.txt /x", "--chown=me with --link needs numbers"],
  ];
  it.each(cases)("%s: %s", async (line, message, rootfs) => {
    const given = rootfs === undefined ? {} : { rootfs };
    await expect(layerOf(line, { context, ...given })).rejects.toThrow(message);
  });
});

async function nodesOf(line: string, copied: Copied): Promise<(path: string) => FileNode | undefined> {
  const { tree } = await copyLayer(requestOf(line, copied));
  return (path) => tree.lookup(path, { follow: false });
}

describe("attributes", () => {
  const odd: TreeLine[] = [
    ["d/", { mode: 0o700, uid: 5, gid: 6, mtime: 50 }],
    ["d/s/", { mode: 0o710, uid: 7, gid: 8, mtime: 51 }],
    ["d/s/f: 1", { mode: 0o4711, uid: 9, gid: 10, mtime: 52, mtimeNanoseconds: 3 }],
    ["d/l -> s", { uid: 11, gid: 12, mtime: 53 }],
  ];

  it("of what is copied are the source's; a directory made for content is 0755 with the source's time", async () => {
    const at = await nodesOf("COPY d /a/b/", { context: odd });
    expect(at("a")).toMatchObject({ mode: 0o755, uid: 0, gid: 0, mtime: 1000 });
    expect(at("a/b")).toMatchObject({ mode: 0o755, uid: 0, gid: 0, mtime: 50 });
    expect(at("a/b/s")).toMatchObject({ mode: 0o710, uid: 7, gid: 8, mtime: 51 });
    expect(at("a/b/s/f")).toMatchObject({ mode: 0o4711, uid: 9, gid: 10, mtime: 52, mtimeNanoseconds: 3 });
    expect(at("a/b/l")).toMatchObject({ uid: 11, gid: 12, mtime: 53 });
  });

  it("of directories that are there stay, but for those in the source", async () => {
    const rootfs: TreeLine[] = [
      ["a/", { mode: 0o711, uid: 1, mtime: 5 }],
      ["a/b/", { mode: 0o722, uid: 2, mtime: 6 }],
      ["a/b/s/", { mode: 0o733, uid: 3, mtime: 7 }],
    ];
    const at = await nodesOf("COPY d /a/b", { context: odd, rootfs });
    expect(at("a")).toMatchObject({ mode: 0o711, uid: 1, mtime: 5 });
    expect(at("a/b")).toMatchObject({ mode: 0o722, uid: 2, mtime: 50 });
    expect(at("a/b/s")).toMatchObject({ mode: 0o710, uid: 7, mtime: 51 });
  });

  it("of --chown are everybody's, new directories' too", async () => {
    const at = await nodesOf("COPY --chown=100:200 d /a/b", { context: odd, rootfs: ["a/"] });
    expect(at("a")).toMatchObject({ uid: 0, gid: 0 });
    for (const path of ["a/b", "a/b/s", "a/b/s/f", "a/b/l"]) expect(at(path)).toMatchObject({ uid: 100, gid: 200 });
  });

  it("of --chmod are everybody's but symlinks'", async () => {
    const at = await nodesOf("COPY --chmod=1640 d /a/b", { context: odd });
    expect(at("a")?.mode).toBe(0o640);
    expect(at("a/b")?.mode).toBe(0o640);
    expect(at("a/b/s")?.mode).toBe(0o1640);
    expect(at("a/b/s/f")?.mode).toBe(0o1640);
    expect(at("a/b/l")?.mode).toBe(0o777);
    const symbolic = await nodesOf("COPY --chmod=u=rwX,go=rX d /a/b", { context: odd });
    expect(symbolic("a/b")?.mode).toBe(0o755);
    expect(symbolic("a/b/s")?.mode).toBe(0o755);
    expect(symbolic("a/b/s/f")?.mode).toBe(0o755);
  });

  it("of a directory that is only on the way come along when it is new", async () => {
    const at = await nodesOf("COPY --parents d/s/f /p/", { context: odd, rootfs: [["p/d/", { mode: 0o700, uid: 3 }]] });
    expect(at("p/d")).toMatchObject({ mode: 0o700, uid: 3 });
    expect(at("p/d/s")).toMatchObject({ mode: 0o710, uid: 7, mtime: 51 });
  });

  it("xattrs are kept", async () => {
    const xattrs = new Map([["security.capability", Uint8Array.of(1, 2, 255)]]);
    const at = await nodesOf("COPY f /f", { context: [["f: 1", { xattrs }]] });
    expect(at("f")?.xattrs).toEqual(xattrs);
  });
});

describe("hard links", () => {
  it("within one source stay one file, over several do not", async () => {
    const linked: TreeLine[] = ["d/a: 1", "d/b = d/a"];
    expect(await layerOf("COPY d /x/", { context: linked })).toEqual(["x/", "x/a: 1", "x/b = x/a"]);
    expect(await layerOf("COPY d/a d/b /x/", { context: linked })).toEqual(["x/", "x/a: 1", "x/b: 1"]);
  });
});

describe("ADD", () => {
  const inner = tarOf(["in/", { mode: 0o700, uid: 4, mtime: 9 }], "in/f: 1", "l -> in", "../up: 2");
  const add = async (bytes: Uint8Array, line: string, rootfs: TreeLine[] = []): Promise<string[]> => {
    const tree = tarWith("a.tar", bytes);
    return layerOf(line, { rootfs, rest: { sources: [{ tree, pattern: "a.tar", ref: "REF" }] } });
  };

  it("unpacks a tar, gzipped or not", async () => {
    const entries = ["x/", "x/in/", "x/in/f: 1", "x/l -> in", "x/up: 2"];
    expect(await add(inner, "ADD a.tar /x")).toEqual(entries);
    expect(await add(gzip(inner), "ADD a.tar /x/")).toEqual(entries);
    expect(await add(gzip(inner), "COPY --unpack a.tar /x/")).toEqual(entries);
  });

  it("keeps owners of an archive unless told", async () => {
    const tree = tarWith("a.tar", inner);
    const rest = { sources: [{ tree, pattern: "a.tar", ref: "REF" }] };
    const kept = await nodesOf("ADD a.tar /x", { rest });
    expect(kept("x/in")).toMatchObject({ mode: 0o700, uid: 4, mtime: 9 });
    const given = await nodesOf("ADD --chown=7 a.tar /x", { rest });
    expect(given("x/in")).toMatchObject({ mode: 0o700, uid: 7, gid: 7 });
  });

  it("leaves what is none as it is", async () => {
    expect(await add(new TextEncoder().encode("text"), "ADD a.tar /x")).toEqual(["x: text"]);
    expect(await add(new Uint8Array(1024), "ADD a.tar /x/")).toHaveLength(2);
    expect(await add(gzip(new TextEncoder().encode("text")), "ADD a.tar /x/")).toHaveLength(2);
    expect(await add(Uint8Array.of(0x1f, 0x8b, 1, 2, 3), "ADD a.tar /x/")).toHaveLength(2);
    expect(await add(inner, "COPY a.tar /x/")).toHaveLength(2);
    expect(await add(inner, "ADD --unpack=false a.tar /x/")).toHaveLength(2);
  });

  it("replaces symlinks of the root by an archive's directories, as Docker does", async () => {
    const rootfs: TreeLine[] = ["usr/bin/sh: 1", "bin -> usr/bin"];
    expect(await add(tarOf("bin/", "bin/x: 1"), "ADD a.tar /", rootfs)).toEqual(["bin/", "bin/x: 1"]);
    expect(await add(tarOf("bin/x: 1"), "ADD a.tar /", rootfs)).toEqual(["usr/", "usr/bin/", "usr/bin/x: 1"]);
  });

  it("says which archives it cannot read", async () => {
    const formats = {
      bzip2: [0x42, 0x5a, 0x68],
      xz: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0],
      zstd: [0x28, 0xb5, 0x2f, 0xfd],
    };
    for (const [format, magic] of Object.entries(formats)) {
      await expect(add(Uint8Array.from(magic), "ADD a.tar /")).rejects.toThrow(
        `a.tar: ${format} archives cannot be unpacked`,
      );
    }
    await expect(add(inner.subarray(0, 1700), "ADD a.tar /")).rejects.toThrow("unexpected EOF");
    await expect(add(tarOf(".wh.x: 1"), "ADD a.tar /")).rejects.toThrow("means a removed file");
    await expect(add(inner, "ADD a.tar /file", ["file: 1"])).rejects.toThrow("mkdir /file: not a directory");
  });
});

function tarWith(name: string, content: Uint8Array): FileTree {
  return FileTree.fromTar(writeTar([{ header: tarHeader(name, "file"), content }]));
}

it("gives the same bytes for the same request", async () => {
  const line = "COPY --chown=1:2 dir x.txt /some/place/";
  const [one, two] = [await copyLayer(requestOf(line, { context })), await copyLayer(requestOf(line, { context }))];
  expect(one.tar).toEqual(two.tar);
  expect(one.size).toBe(3);
});

it("never asks for the root of a link", async () => {
  const rootfs = (): Promise<never> => Promise.reject(new Error("asked"));
  expect(await layerOf("COPY --link --chown=1 x.txt /x", { context, rest: { rootfs } })).toEqual(["x: 3"]);
});
