import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readIgnoreFile } from "../../../dockerfile/ignore/read-ignore-file.ts";
import { gzip } from "../../../image/gzip.ts";
import { type TreeLine, listOf, tarOf, treeOf } from "../../../image/testing/tree-text.ts";
import { copyKey } from "../copy/copy-key.ts";
import { copyLayer } from "../copy/copy-layer.ts";
import { type BuildContext, type ReadContextOptions, readContext } from "./context.ts";
import { withoutIgnored } from "./ignore.ts";

const utf8 = (value: string): Uint8Array => new TextEncoder().encode(value);

function streamOf(bytes: Uint8Array, pieces = 3): ReadableStream<Uint8Array> {
  const size = Math.max(1, Math.ceil(bytes.length / pieces));
  return new ReadableStream<Uint8Array>({
    start(controller) {
      for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.subarray(at, at + size));
      controller.close();
    },
  });
}

function read(bytes: Uint8Array, options: Partial<ReadContextOptions> = {}): Promise<BuildContext> {
  return readContext(streamOf(bytes), { dockerfile: "Dockerfile", ...options });
}

const names = ({ tree }: BuildContext): string[] => listOf(tree).map((line) => line.split(": ")[0] ?? "");

describe("a context is read", () => {
  it("from a tar, plain or gzipped", async () => {
    const tar = tarOf("Dockerfile: FROM a", "src/", "src/x: 1");
    for (const bytes of [tar, gzip(tar)]) {
      const context = await read(bytes);
      expect(names(context)).toEqual(["Dockerfile", "src/", "src/x"]);
      expect(context).toMatchObject({ dockerfile: "FROM a", ignore: [], ignoreBytes: 2 });
      expect(await context.digestOf("src/x")).toMatch(/^sha256:6b86b273ff34fce1/);
      expect(await context.digestOf("src")).toBeUndefined();
    }
  });

  it("from the text of a Dockerfile, whose context is empty", async () => {
    const context = await read(utf8("FROM é\n"));
    expect(context.dockerfile).toBe("FROM é\n");
    expect(names(context)).toEqual([]);
  });

  it("from nothing", async () => {
    expect(await read(new Uint8Array())).toMatchObject({ dockerfile: undefined });
    expect(names(await read(tarOf()))).toEqual([]);
  });

  it("with a Dockerfile wherever it is", async () => {
    const tar = tarOf("dockerfile: lower", "sub/My.dockerfile: mine", "link -> sub/My.dockerfile");
    expect((await read(tar)).dockerfile).toBe("lower");
    expect((await read(tar, { dockerfile: "./sub/My.dockerfile" })).dockerfile).toBe("mine");
    expect((await read(tar, { dockerfile: "link" })).dockerfile).toBe("mine");
    expect((await read(tar, { dockerfile: "none" })).dockerfile).toBeUndefined();
    await expect(read(tar, { dockerfile: "sub" })).rejects.toThrow(
      "failed to read dockerfile: read sub: is a directory",
    );
    expect(names(await read(tar, { hidden: true }))).toEqual([
      "link -> sub/My.dockerfile",
      "sub/",
      "sub/My.dockerfile",
    ]);
  });

  it("piece by piece, telling how much came", async () => {
    const tar = tarOf("a: 1");
    const told: number[] = [];
    await readContext(streamOf(tar, 4), { dockerfile: "", onBytes: (received) => told.push(received) });
    expect(told).toHaveLength(4);
    expect(told.at(-1)).toBe(tar.length);
  });

  it("until it is aborted", async () => {
    const controller = new AbortController();
    let canceled: unknown;
    const body = new ReadableStream<Uint8Array>({
      start: (to) => {
        to.enqueue(tarOf("a: 1").subarray(0, 512));
      },
      cancel: (reason) => {
        canceled = reason;
      },
    });
    const reading = readContext(body, { dockerfile: "", signal: controller.signal });
    controller.abort(new Error("gone"));
    await expect(reading).rejects.toThrow("gone");
    expect(canceled).toEqual(new Error("gone"));
  });
});

describe("what is no context is an error", () => {
  it.each([
    ["bzip2", [0x42, 0x5a, 0x68, 0x39]],
    ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]],
    ["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
  ])("%s", async (format, magic) => {
    await expect(read(Uint8Array.from(magic))).rejects.toThrow(`the build context is compressed with ${format}`);
  });

  it("when it is cut, or bytes of any kind", async () => {
    const tar = tarOf("a: 1", "b: 2");
    await expect(read(tar.subarray(0, 1100))).rejects.toThrow("unexpected EOF");
    await expect(read(gzip(tar).subarray(0, 40))).rejects.toThrow("gzip: invalid data");
    await expect(read(Uint8Array.of(0, 1, 2, 255))).rejects.toThrow("unexpected EOF");
  });

  it("whatever the bytes are, never worse", async () => {
    const tar = tarOf("Dockerfile: FROM a", "d/", "d/x: 1", "d/l -> ../d", "h = d/x", ".dockerignore: d/*\n!d/x\n");
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(tar.length - 1), fc.nat(255)), { maxLength: 6 }), async (changes) => {
        const bad = tar.slice();
        for (const [at, byte] of changes) bad[at] = byte;
        const outcome = await read(bad).catch((error: unknown) => error);
        if (outcome instanceof Error) expect(outcome.name).toMatch(/^(TarError|PathError|GzipError|Error)$/);
        else expect(names(outcome as BuildContext)).toBeInstanceOf(Array);
      }),
    );
  });
});

describe("an ignore file", () => {
  const cases: [text: string, patterns: string[]][] = [
    ["\ufeffa\n# comment\n\n  b/ \n/c\n!/d\n! e\n", ["a", "b", "c", "!d", "!e"]],
    [" #not\n./x\n../y\nz/../w\n/\r\n", ["#not", "x", "../y", "w", "/"]],
    ["a\r\n**/*.js\r\n", ["a", "**/*.js"]],
  ];
  it.each(cases)("%j", (text, patterns) => {
    expect(readIgnoreFile(utf8(text))).toEqual(patterns);
  });

  const files: TreeLine[] = [
    "Dockerfile",
    "node_modules/m.js",
    "src/s.js",
    "src/s.test.js",
    "logs/a.log",
    "logs/keep.log",
    "docs/deep/er/x.md",
    "README.md",
  ];
  const trees: [patterns: string[], left: string[]][] = [
    [
      [],
      [
        "Dockerfile",
        "README.md",
        "docs/",
        "docs/deep/",
        "docs/deep/er/",
        "docs/deep/er/x.md",
        "logs/",
        "logs/a.log",
        "logs/keep.log",
        "node_modules/",
        "node_modules/m.js",
        "src/",
        "src/s.js",
        "src/s.test.js",
      ],
    ],
    [
      ["node_modules", "**/*.test.js", "**/*.md", "logs/*", "!logs/keep.log"],
      ["Dockerfile", "docs/", "docs/deep/", "docs/deep/er/", "logs/", "logs/keep.log", "src/", "src/s.js"],
    ],
    [
      ["*", "!src"],
      ["src/", "src/s.js", "src/s.test.js"],
    ],
    [
      ["*", "!docs/deep/er/*.md"],
      ["docs/", "docs/deep/", "docs/deep/er/", "docs/deep/er/x.md"],
    ],
    [["**"], []],
    [
      ["src/"],
      [
        "Dockerfile",
        "README.md",
        "docs/",
        "docs/deep/",
        "docs/deep/er/",
        "docs/deep/er/x.md",
        "logs/",
        "logs/a.log",
        "logs/keep.log",
        "node_modules/",
        "node_modules/m.js",
      ],
    ],
  ];
  it.each(trees)("%j leaves the rest", (patterns, left) => {
    expect(listOf(withoutIgnored(treeOf(...files), patterns))).toEqual(left);
  });

  it("of the Dockerfile's own name comes first, where that counts", async () => {
    const tar = tarOf("a", "b", ".dockerignore: a\n", "sub/X.dockerignore: b\n", "sub/X: FROM a");
    const own = await read(tar, { dockerfile: "sub/X" });
    expect(names(own)).toEqual([".dockerignore", "a", "sub/", "sub/X", "sub/X.dockerignore"]);
    expect(own).toMatchObject({ ignore: ["b"], ignoreBytes: 2, dockerfile: "FROM a" });
    expect((await read(tar, { dockerfile: "sub/X", ownIgnoreFile: false })).ignore).toEqual(["a"]);
  });

  it("hides the Dockerfile from the context, not from the build", async () => {
    const tar = tarOf("Dockerfile: FROM a", ".dockerignore: *\n", "a");
    expect(await read(tar)).toMatchObject({ dockerfile: "FROM a", ignore: ["*"] });
    expect(names(await read(tar))).toEqual([]);
    expect(names(await read(tar, { ignored: "dockerfile" }))).toEqual(["a"]);
  });

  it("that cannot be read says so", async () => {
    await expect(read(tarOf(".dockerignore: [\n"))).rejects.toThrow(
      "error reading .dockerignore: syntax error in pattern",
    );
  });
});

it("1,000 files of 20 MB are read, keyed and copied", async () => {
  const content = new Uint8Array(20_480);
  const lines = Array.from({ length: 1000 }, (_, i) => `d${String(i % 20)}/f${String(i)}: ${String(i)}`);
  const text = new TextDecoder().decode(content.fill(0x61));
  const context = await read(tarOf("Dockerfile: FROM a", ...lines.map((line) => line + text)));
  const request = {
    instruction: "COPY",
    mode: "buildkit",
    from: false,
    sources: [{ tree: context.tree, pattern: ".", ref: "" }],
    inline: [],
    destination: "/app",
    workdir: "/",
    rootfs: () => Promise.resolve(treeOf()),
    timestamp: 0,
  } as const;
  const { files } = await copyKey(request);
  expect(files.size).toBe(1021);
  const { tar, size } = await copyLayer(request);
  expect(size).toBeGreaterThan(20_000_000);
  expect(
    treeOf()
      .extend(tar ?? new Uint8Array())
      .lookup("app/d7/f7")?.content.length,
  ).toBe(20_481);
});
