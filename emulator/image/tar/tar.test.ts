import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, readFileSync, writeFileSync, mkdirSync, symlinkSync, linkSync, chmodSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import tarStream from "tar-stream";
import { afterAll, describe, expect, it } from "vitest";
import { TarError, tarHeader, type TarHeader } from "./entry.ts";
import { decodeName, encodeName } from "./name.ts";
import { readTar } from "./read.ts";
import { writeTar } from "./write.ts";

const folder = mkdtempSync(join(tmpdir(), "tar-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function headerOf({ offset: _o, content: _c, ...header }: ReturnType<typeof entries>[number]): TarHeader {
  return header;
}
function entries(tar: Uint8Array) {
  return [...readTar(tar)];
}
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

describe("names", () => {
  it("survive as strings whatever their bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(encodeName(decodeName(bytes))).toEqual(bytes);
      }),
    );
  });
  it("in UTF-8 are the text", () => {
    expect(decodeName(text("naïve 漢字"))).toBe("naïve 漢字");
  });
});

const name = fc.oneof(
  fc.stringMatching(/^[a-z0-9]{1,20}(\/[a-z0-9._-]{1,60}){0,5}$/).filter((n) => !n.endsWith("/")),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 }).filter((n) => !/[\0/]/.test(n)),
);
const time = fc.tuple(fc.integer({ min: -1e9, max: 2 ** 36 }), fc.integer({ min: 0, max: 999_999_999 }));
const header = fc
  .tuple(
    name,
    fc.constantFrom("file", "directory", "symlink", "hardlink", "character", "block", "fifo"),
    fc.record({
      mode: fc.integer({ min: 0, max: 0o7777 }),
      uid: fc.integer({ min: 0, max: 0xffff_fffe }),
      gid: fc.integer({ min: 0, max: 0xffff_fffe }),
    }),
    time,
    name,
    fc.tuple(fc.integer({ min: 0, max: 4095 }), fc.integer({ min: 0, max: 0xfffff })),
    fc.dictionary(fc.stringMatching(/^user\.[a-z]{1,8}$/), fc.uint8Array({ maxLength: 30 }), { maxKeys: 3 }),
  )
  .map(([path, kind, owner, [mtime, mtimeNanoseconds], link, [major, minor], xattrs]) =>
    tarHeader(kind === "directory" ? `${path}/` : path, kind as TarHeader["kind"], {
      ...owner,
      mtime,
      mtimeNanoseconds,
      linkName: kind === "symlink" || kind === "hardlink" ? link : "",
      ...(kind === "character" || kind === "block" ? { major, minor } : {}),
      xattrs: new Map(Object.entries(xattrs)),
    }),
  );

describe("an archive", () => {
  it("is read back as it was written", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(header, fc.uint8Array({ maxLength: 1500 })), { maxLength: 8 }), (list) => {
        const written = list.map(([h, bytes]) => ({ header: h, ...(h.kind === "file" ? { content: bytes } : {}) }));
        const read = entries(writeTar(written));
        expect(read.map((e) => ({ ...headerOf(e), xattrs: new Map([...e.xattrs].sort()) }))).toEqual(
          written.map((e) => ({
            ...e.header,
            size: e.content?.length ?? 0,
            xattrs: new Map([...e.header.xattrs].sort()),
          })),
        );
        expect(read.map((e) => e.content)).toEqual(written.map((e) => e.content ?? new Uint8Array()));
      }),
    );
  });

  it("of GNU tar, in each of its formats, is read", () => {
    const root = join(folder, "gnu");
    const deep = "d".repeat(90);
    mkdirSync(join(root, deep, deep), { recursive: true });
    writeFileSync(join(root, "file"), "hello\n");
    writeFileSync(join(root, deep, deep, "leaf"), "leaf");
    symlinkSync("s".repeat(150), join(root, "link"));
    linkSync(join(root, "file"), join(root, "hard"));
    chmodSync(join(root, "file"), 0o4711);
    for (const format of ["gnu", "pax"]) {
      const tar = execFileSync("tar", ["-c", "--sort=name", `--format=${format}`, "-C", root, "."]);
      const found = new Map(entries(tar).map((e) => [e.name, e]));
      expect([...found.keys()]).toEqual([
        "./",
        `./${deep}/`,
        `./${deep}/${deep}/`,
        `./${deep}/${deep}/leaf`,
        "./file",
        "./hard",
        "./link",
      ]);
      expect(found.get("./hard")).toMatchObject({ kind: "hardlink", linkName: "./file" });
      expect(found.get("./link")).toMatchObject({ kind: "symlink", linkName: "s".repeat(150) });
      expect(found.get("./file")).toMatchObject({ kind: "file", mode: 0o4711, size: 6 });
      expect(decodeName(found.get(`./${deep}/${deep}/leaf`)?.content ?? new Uint8Array())).toBe("leaf");
    }
  });

  it("of ours is listed by GNU tar", () => {
    const long = `${"a".repeat(80)}/${"b".repeat(90)}/${"c".repeat(200)}`;
    const tar = writeTar([
      { header: tarHeader("dev", "directory") },
      { header: tarHeader("dev/null", "character", { major: 1, minor: 3, mode: 0o666 }) },
      { header: tarHeader(long, "file", { mtime: 1_700_000_000, mtimeNanoseconds: 5 }), content: text("x") },
      { header: tarHeader("f", "fifo") },
      { header: tarHeader("l", "symlink", { linkName: "é" }) },
    ]);
    const path = join(folder, "ours.tar");
    writeFileSync(path, tar);
    const listed = execFileSync("tar", ["tvf", path, "--numeric-owner"], { env: { TZ: "UTC", LC_ALL: "C.UTF-8" } });
    expect(listed.toString()).toMatch(/crw-rw-rw- 0\/0\s+1,3 1970-01-01 00:00 dev\/null/);
    expect(listed.toString()).toContain(` ${long}\n`);
    expect(listed.toString()).toContain("l -> é");
    expect(readFileSync(path).length % 512).toBe(0);
  });

  it("is the same to tar-stream", async () => {
    const pack = tarStream.pack();
    pack.entry({ name: "a/b", mode: 0o640, mtime: new Date(5000) }, "content");
    pack.entry({ name: "null", type: "character-device", devmajor: 1, devminor: 3 });
    pack.finalize();
    const parts: Uint8Array[] = [];
    for await (const part of pack) parts.push(part as Uint8Array);
    const read = entries(Buffer.concat(parts));
    expect(read).toMatchObject([
      { name: "a/b", kind: "file", mode: 0o640, mtime: 5, size: 7 },
      { name: "null", kind: "character", major: 1, minor: 3 },
    ]);
  });

  it("that is cut, or wrong anywhere, is refused with TarError or read as something else, never worse", () => {
    const whole = writeTar([
      {
        header: tarHeader("a".repeat(300), "file", { xattrs: new Map([["user.x", text("v")]]) }),
        content: text("abc"),
      },
      { header: tarHeader("b", "symlink", { linkName: "a" }) },
    ]);
    for (const size of [5, 511, 512, 700, 1100, 1600]) {
      expect(() => entries(whole.subarray(0, size))).toThrow("unexpected EOF");
    }
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, byte) => {
        const bad = whole.slice();
        bad[at] = byte;
        try {
          entries(bad);
        } catch (error) {
          expect(error).toBeInstanceOf(TarError);
        }
      }),
    );
  });

  it("with a sparse file is refused", () => {
    const path = join(folder, "sparse");
    execFileSync("truncate", ["-s", "1M", path]);
    execFileSync("sh", ["-c", `printf x >> ${path}`]);
    for (const format of ["gnu", "pax"]) {
      const tar = execFileSync("tar", ["-cS", `--format=${format}`, "-C", folder, "sparse"]);
      expect(() => entries(tar)).toThrow("sparse files are not supported");
    }
  });
});
