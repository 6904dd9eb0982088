import { describe, expect, it } from "vitest";
import type { TreeLine } from "../../../image/testing/tree-text.ts";
import { ContentDigests } from "../context/content-digests.ts";
import { contentKey } from "../context/content-key.ts";
import { treeOf } from "../../../image/testing/tree-text.ts";
import { copyKey } from "./copy-key.ts";
import { requestOf } from "./testing/request.ts";

const context: TreeLine[] = [
  ["src/", { mtime: 1 }],
  ["src/app.js: 1", { mtime: 2 }],
  "src/lib/b.js: 2",
  "other: 3",
  "link -> other",
];

async function keyOf(line: string, lines: readonly TreeLine[] = context): Promise<string> {
  return (await copyKey(requestOf(line, { context: lines }))).digest;
}

/** The context with one line in another's place. */
function changed(from: string, ...to: readonly TreeLine[]): TreeLine[] {
  return context.flatMap((line) => ((typeof line === "string" ? line : line[0]) === from ? to : [line]));
}

describe("the key of a COPY stays", () => {
  const cases: [string, TreeLine[]][] = [
    ["when only times change", changed("src/app.js: 1", ["src/app.js: 1", { mtime: 99, mtimeNanoseconds: 5 }])],
    ["when a directory is touched", changed("src/", ["src/", { mtime: 99 }])],
    ["when a file beside it changes", changed("other: 3", "other: changed")],
    ["when the archive has another order", [...context].reverse().filter((line) => line[0] !== "src/")],
    [
      "when a label of a security module changes",
      changed("src/app.js: 1", ["src/app.js: 1", { xattrs: new Map([["security.selinux", Uint8Array.of(1)]]) }]),
    ],
  ];
  it.each(cases)("%s", async (_what, lines) => {
    expect(await keyOf("COPY src /app", lines)).toBe(await keyOf("COPY src /app"));
  });
});

describe("the key of a COPY changes", () => {
  const cases: [string, TreeLine[]][] = [
    ["with content", changed("src/app.js: 1", "src/app.js: 2")],
    ["with a mode", changed("src/app.js: 1", ["src/app.js: 1", { mode: 0o755 }])],
    ["with an owner", changed("src/app.js: 1", ["src/app.js: 1", { uid: 1 }])],
    ["with a kind", changed("src/app.js: 1", "src/app.js -> 1")],
    ["with a name", changed("src/app.js: 1", "src/app.ts: 1")],
    ["with a file more", [...context, "src/new"]],
    ["with a file less", changed("src/lib/b.js: 2", "src/lib/")],
    ["with a directory's mode", changed("src/", ["src/", { mode: 0o700 }])],
    [
      "with a capability",
      changed("src/app.js: 1", ["src/app.js: 1", { xattrs: new Map([["security.capability", Uint8Array.of(1)]]) }]),
    ],
  ];
  it.each(cases)("%s", async (_what, lines) => {
    expect(await keyOf("COPY src /app", lines)).not.toBe(await keyOf("COPY src /app"));
  });

  it("with what the instruction says", async () => {
    const lines = [
      "COPY src /app",
      "COPY src /app/",
      "COPY src /other",
      "COPY src src /app",
      "ADD src /app",
      "COPY --chown=1 src /app",
      "COPY --chmod=1 src /app",
      "COPY --link src /app",
      "COPY --parents src /app",
      "COPY --exclude=x src /app",
      "COPY <<x src /app",
      "COPY other /app",
      "COPY link /app",
    ];
    const keys = await Promise.all(lines.map((line) => keyOf(line)));
    expect(new Set(keys).size).toBe(lines.length);
    expect(await keyOf("COPY ./src /x/../app")).toBe(keys[0]);
  });
});

describe("files of a key", () => {
  it("are named by their places, links by what they lead to", async () => {
    const { files } = await copyKey(requestOf("COPY <<new src link /app/", { context }));
    expect([...files.keys()]).toEqual(["src", "src/app.js", "src/lib", "src/lib/b.js", "other", "new"]);
    for (const short of files.values()) expect(short).toMatch(/^[0-9a-f]{12}$/);
  });

  it("leave out what is left out", async () => {
    const { files } = await copyKey(requestOf("COPY --exclude=lib src /app/", { context }));
    expect([...files.keys()]).toEqual(["src", "src/app.js"]);
  });

  it("are found without an instruction", async () => {
    const tree = treeOf(...context);
    const { digest, files } = await contentKey([{ tree, path: "/src" }]);
    expect([...files.keys()]).toEqual(["src", "src/app.js", "src/lib", "src/lib/b.js"]);
    expect((await contentKey([{ tree, path: "src/lib" }])).digest).not.toBe(digest);
    await expect(contentKey([{ tree, path: "none" }])).rejects.toThrow('"/none": not found');
  });
});

it("a content is digested once", async () => {
  const digests = new ContentDigests();
  const content = Uint8Array.of(1, 2, 3);
  expect(digests.of(content)).toBe(digests.of(content));
  expect(await digests.of(content)).toMatch(/^sha256:039058c6/);
});
