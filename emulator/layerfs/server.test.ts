import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { tarHeader, type TarHeader, type TarKind } from "../image/tar/entry.ts";
import { writeTar } from "../image/tar/write.ts";
import { LayerFs } from "./layerfs.ts";
import { errno, T } from "./message.ts";
import { encode, Errno, NinePClient } from "./ninep-client.ts";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const refused = (code: keyof typeof errno): Errno => new Errno(errno[code]);

type Row = readonly [name: string, kind: TarKind, rest?: Partial<TarHeader>, content?: string];
function tar(...rows: Row[]): Uint8Array {
  return writeTar(
    rows.map(([name, kind, rest, content]) => ({
      header: tarHeader(name, kind, rest),
      ...(content === undefined ? {} : { content: text(content) }),
    })),
  );
}

const capability = Uint8Array.of(1, 0, 0, 2, 0, 4, 0, 0, 0x80, 0xff);
const base = tar(
  ["etc/", "directory", { mode: 0o1775, uid: 3, gid: 4, mtime: 1_700_000_000, mtimeNanoseconds: 123_456_789 }],
  ["etc/passwd", "file", { mode: 0o4640, mtime: -5 }, "root:x:0:0\n"],
  ["etc/shadow", "hardlink", { linkName: "etc/passwd" }],
  ["etc/mtab", "symlink", { linkName: "../proc/mounts" }],
  ["dev/null", "character", { major: 1, minor: 3 }],
  ["dev/disk", "block", { major: 259, minor: 70_000 }],
  ["dev/pipe", "fifo"],
  [
    "bin/ping",
    "file",
    {
      xattrs: new Map([
        ["security.capability", capability],
        ["user.é", text("v")],
      ]),
    },
    "elf",
  ],
  ["gone/.wh.file", "file"],
  ["opaque/.wh..wh..opq", "file"],
);

let layers: LayerFs;
let client: NinePClient;
beforeEach(async () => {
  layers = new LayerFs();
  await layers.addNamed("base", base);
  client = new NinePClient(layers.handle);
  client.version();
});

describe("version and attach", () => {
  it("agree on 9P2000.L and no more than Linux's longest message", () => {
    expect(client.version(512_000)).toEqual({ msize: 512_000, version: "9P2000.L" });
    expect(client.version(2 ** 31)).toEqual({ msize: 512_000, version: "9P2000.L" });
    expect(client.version(8192)).toEqual({ msize: 8192, version: "9P2000.L" });
    expect(client.version(8192, "9P2000.u").version).toBe("unknown");
    expect(() => client.version(100)).toThrow(refused("EINVAL"));
  });
  it("begin a session without fids", () => {
    const fid = client.attach();
    client.version();
    expect(() => client.attributes(fid)).toThrow(refused("EBADF"));
  });
  it("know one tree and no authentication", () => {
    const auth = [{ u32: 9 }, { u32: 8 }, { text: "" }, { text: "" }, { u32: 0 }] as const;
    expect(() => client.call(T.attach, ...auth)).toThrow(refused("EOPNOTSUPP"));
    const other = [{ u32: 9 }, { u32: 0xffff_ffff }, { text: "" }, { text: "other" }, { u32: 0 }] as const;
    expect(() => client.call(T.attach, ...other)).toThrow(refused("ENOENT"));
  });
});

describe("attributes", () => {
  it("are those of the tar", () => {
    expect(client.attributes(client.find("base/etc"))).toMatchObject({
      mode: 0o041775,
      uid: 3,
      gid: 4,
      nlink: 2,
      mtime: 1_700_000_000,
      mtimeNanoseconds: 123_456_789,
    });
    expect(client.attributes(client.find("base/etc/passwd"))).toMatchObject({ mode: 0o104640, size: 11, mtime: -5 });
    expect(client.attributes(client.find("base/dev/null"))).toMatchObject({ mode: 0o020644, rdev: 0x103 });
    expect(client.attributes(client.find("base/dev/disk"))).toMatchObject({ mode: 0o060644, rdev: 0x1111_0370 });
    expect(client.attributes(client.find("base/dev/pipe")).mode).toBe(0o010644);
    expect(client.attributes(client.find("base/etc/mtab"))).toMatchObject({ mode: 0o120777, size: 14 });
  });
  it("of hard links are one inode with two links, and no other file has its number", async () => {
    await layers.addNamed("second", tar(["f", "file"]));
    const [a, b] = ["base/etc/passwd", "base/etc/shadow"].map((path) => client.attributes(client.find(path)));
    expect(a).toEqual(b);
    expect(a?.nlink).toBe(2);
    const paths = ["", "base", "base/etc", "base/etc/passwd", "base/bin/ping", "base/gone/file", "second", "second/f"];
    const qids = paths.map((path) => client.attributes(client.find(path)).qid.path);
    expect(new Set(qids).size).toBe(paths.length);
  });
  it("of a whiteout are the device that overlayfs looks for", () => {
    expect(client.attributes(client.find("base/gone/file"))).toMatchObject({ mode: 0o020000, rdev: 0, size: 0 });
    expect(client.names("base/gone")).toEqual([".", "..", "file"]);
    expect(() => client.find("base/gone/.wh.file")).toThrow(refused("ENOENT"));
  });
});

describe("walk", () => {
  it("goes down and up, to the root of the export and no further", () => {
    const { qids } = client.walk(client.attach(), "base", "etc", "..", "..", "..", "base");
    expect(qids.map(({ path }) => path)).toEqual([2, 3, 2, 1, 1, 2]);
  });
  it("clones a fid when it has no names", () => {
    const etc = client.find("base/etc");
    const { fid, qids } = client.walk(etc);
    expect(qids).toEqual([]);
    client.clunk(etc);
    expect(client.attributes(fid).uid).toBe(3);
  });
  it("says how far it came, and sets the new fid only at the end", () => {
    const root = client.attach();
    const { fid, qids } = client.walk(root, "base", "etc", "nothing", "more");
    expect(qids.length).toBe(2);
    expect(() => client.attributes(fid)).toThrow(refused("EBADF"));
    expect(() => client.walk(root, "nothing")).toThrow(refused("ENOENT"));
    expect(() => client.walk(client.find("base/etc/passwd"), "x")).toThrow(refused("ENOTDIR"));
  });
  it("may replace its own fid, but no other", () => {
    const a = client.find("base/etc");
    const b = client.find("base/bin");
    client.call(T.walk, { u32: a }, { u32: a }, { u16: 1 }, { text: "passwd" });
    expect(client.attributes(a).size).toBe(11);
    expect(() => client.call(T.walk, { u32: a }, { u32: b }, { u16: 0 })).toThrow(refused("EBADF"));
  });
  it("takes sixteen names", () => {
    const names = Array.from({ length: 17 }, () => "..");
    expect(client.walk(client.attach(), ...names.slice(1)).qids.length).toBe(16);
    expect(() => client.walk(client.attach(), ...names)).toThrow(refused("EINVAL"));
  });
});

describe("read", () => {
  it("gives pieces of a file, and nothing after its end", () => {
    const fid = client.find("base/etc/passwd");
    client.open(fid);
    expect(new TextDecoder().decode(client.read(fid, 5, 3))).toBe("x:0");
    expect(client.read(fid, 11, 10).length).toBe(0);
    expect(client.read(fid, 2 ** 40, 10).length).toBe(0);
  });
  it("never answers with more than msize", async () => {
    await layers.addNamed(
      "big",
      writeTar([{ header: tarHeader("f", "file"), content: new Uint8Array(20_000).fill(7) }]),
    );
    client.version(8192);
    const fid = client.find("big/f");
    client.open(fid);
    expect(client.read(fid, 0, 20_000).length).toBe(8192 - 11);
  });
  it("needs an open file", () => {
    const fid = client.find("base/etc/passwd");
    expect(() => client.read(fid, 0, 1)).toThrow(refused("EBADF"));
    expect(() => client.read(client.find("base/etc"), 0, 1)).toThrow(refused("EISDIR"));
    expect(() => client.open(client.find("base/dev/null"))).toThrow(refused("ENXIO"));
    expect(() => client.open(client.find("base/etc/mtab"))).toThrow(refused("ELOOP"));
  });
  it("of a symlink is readlink", () => {
    expect(client.readlink("base/etc/mtab")).toBe("../proc/mounts");
    expect(() => client.readlink("base/etc/passwd")).toThrow(refused("EINVAL"));
  });
});

describe("readdir", () => {
  it("lists with types and numbers that walk gives too", () => {
    const fid = client.find("base/dev");
    client.open(fid);
    const entries = client.readdir(fid, 0, 4096);
    expect(entries.map(({ name, type }) => [name, type])).toEqual([
      [".", 4],
      ["..", 4],
      ["null", 2],
      ["disk", 6],
      ["pipe", 1],
    ]);
    for (const { name, qid } of entries) expect(client.walk(client.find("base/dev"), name).qids).toEqual([qid]);
  });
  it("goes on from any offset, over as many messages as it takes", async () => {
    const names = Array.from({ length: 3000 }, (_, i) => `name-${String(i)}`);
    await layers.addNamed("many", tar(...names.map((name): Row => [`d/${name}`, "file"])));
    for (const count of [60, 1000, 8192, 400_000]) expect(client.names("many/d", count)).toEqual([".", "..", ...names]);
  });
  it("of the export lists layers, at offsets that stay when others come and go", async () => {
    await layers.addNamed("second", tar());
    const one = "c".repeat(64);
    const fid = client.attach();
    client.open(fid);
    const before = client.readdir(fid, 0, 4096);
    expect(before.map(({ name }) => name)).toEqual([".", "..", "base", "second"]);
    await layers.addNamed(one, tar(["x", "file"]));
    expect(client.readdir(fid, before[2]?.offset ?? 0, 4096).map(({ name }) => name)).toEqual(["second", one]);
  });
  it("says when not even one name fits", () => {
    const fid = client.find("base/dev");
    client.open(fid);
    expect(() => client.readdir(fid, 0, 10)).toThrow(refused("EINVAL"));
    expect(client.readdir(fid, 5, 10)).toEqual([]);
  });
});

describe("extended attributes", () => {
  it("are read as bytes, and listed", () => {
    expect(client.xattr("base/bin/ping", "security.capability")).toEqual(capability);
    expect(new TextDecoder().decode(client.xattr("base/bin/ping", ""))).toBe("security.capability\0user.é\0");
    expect(client.xattr("base/opaque", "trusted.overlay.opaque")).toEqual(text("y"));
    expect(client.xattr("base", "").length).toBe(0);
  });
  it("that are not there are ENODATA", () => {
    expect(() => client.xattr("base/etc", "trusted.overlay.opaque")).toThrow(refused("ENODATA"));
    expect(() => client.xattr("", "security.capability")).toThrow(refused("ENODATA"));
  });
});

describe("a read-only tree", () => {
  it("cannot be opened for writing", () => {
    for (const flags of [1, 2, 0o1000, 0o2001]) {
      expect(() => client.open(client.find("base/etc/passwd"), flags)).toThrow(refused("EROFS"));
    }
  });
  it.each([
    "lcreate",
    "symlink",
    "mknod",
    "rename",
    "setattr",
    "xattrcreate",
    "link",
    "mkdir",
    "renameat",
    "unlinkat",
    "write",
  ] as const)("refuses %s", (name) => {
    expect(() => client.call(T[name], { u32: client.attach() }, { text: "x" })).toThrow(refused("EROFS"));
  });
  it("refuses remove, and the fid is gone all the same", () => {
    const fid = client.find("base/etc/passwd");
    expect(() => client.call(T.remove, { u32: fid })).toThrow(refused("EROFS"));
    expect(() => client.attributes(fid)).toThrow(refused("EBADF"));
  });
  it("has no locks, and nothing to flush or to sync", () => {
    const fid = client.attach();
    expect(() => client.call(T.lock, { u32: fid })).toThrow(refused("ENOLCK"));
    expect(() => client.call(T.getlock, { u32: fid })).toThrow(refused("ENOLCK"));
    client.call(T.flush, { u16: 5 });
    client.call(T.fsync, { u32: fid }, { u32: 0 });
  });
  it("is full", () => {
    const reply = client.call(T.statfs, { u32: client.attach() });
    expect(reply.getUint32(7, true)).toBe(0x0102_1997);
    expect(reply.getBigUint64(15, true)).toBe(BigInt(Math.ceil(base.length / 4096)));
    expect(reply.getBigUint64(23, true)).toBe(0n);
    expect(reply.getUint32(63, true)).toBe(255);
  });
  it("knows no other requests", () => {
    for (const type of [0, 6, 102, 112, 126, 250]) {
      expect(() => client.call(type, { u32: 1 })).toThrow(refused("EOPNOTSUPP"));
    }
  });
});

describe("a layer that is deleted", () => {
  const layer = tar(["f", "file", {}, "content"]);
  it("is stale to those who hold it, and the same files when it comes back", async () => {
    const { content } = layers;
    const { sha256 } = await import("../image/digest.ts");
    const diffId = await sha256(layer);
    const hex = diffId.slice("sha256:".length);
    await content.putLayer(diffId, layer);
    const fid = client.find(`${hex}/f`);
    client.open(fid);
    const before = client.attributes(fid);
    await content.deleteLayer(diffId);
    expect(() => client.attributes(fid)).toThrow(refused("ESTALE"));
    expect(() => client.read(fid, 0, 5)).toThrow(refused("ESTALE"));
    expect(() => client.find(hex)).toThrow(refused("ENOENT"));
    expect(client.names("")).toEqual([".", "..", "base"]);
    await layers.addNamed("other", tar(["g", "file"], ["h", "file"]));
    await content.putLayer(diffId, layer);
    expect(client.attributes(fid)).toEqual(before);
    expect(client.content(`${hex}/f`)).toBe("content");
    expect(client.attributes(client.find("other/g")).qid.path).toBeGreaterThan(before.qid.path);
    client.clunk(fid);
  });
});

describe("any bytes", () => {
  const types = fc.oneof(fc.constantFrom(...Object.values(T)), fc.nat(255));
  const field = fc.oneof(
    fc.record({ u32: fc.oneof(fc.nat(4), fc.nat(0xffff_ffff), fc.constant(0xffff_ffff)) }),
    fc.record({ u64: fc.nat(100_000) }),
    fc.record({ u16: fc.nat(20) }),
    fc.record({
      text: fc.constantFrom("base", "etc", "passwd", "..", ".", "", "é", "security.capability", "9P2000.L"),
    }),
  );

  it("get exactly one reply with their tag", () => {
    const request = fc
      .tuple(types, fc.nat(0xffff), fc.array(field, { maxLength: 8 }))
      .map(([type, tag, fields]) => encode(type, tag, ...fields));
    const mutated = fc
      .tuple(request, fc.array(fc.tuple(fc.nat(40), fc.nat(255)), { maxLength: 3 }), fc.nat(60))
      .map(([bytes, edits, length]) => {
        const changed = bytes.slice();
        for (const [at, byte] of edits) if (at < changed.length && (at < 5 || at > 6)) changed[at] = byte;
        return changed.subarray(0, length % 7 === 0 ? length : changed.length);
      });
    fc.assert(
      fc.property(
        fc.array(fc.oneof(request, mutated, fc.uint8Array({ maxLength: 30 })), { maxLength: 40 }),
        (requests) => {
          for (const bytes of requests) {
            const reply = layers.handle(bytes);
            const view = new DataView(reply.buffer, reply.byteOffset, reply.length);
            expect(view.getUint32(0, true)).toBe(reply.length);
            expect(view.getUint16(5, true)).toBe(bytes.length < 7 ? 0xffff : (bytes[5] ?? 0) | ((bytes[6] ?? 0) << 8));
            const type = bytes.length < 7 ? 0 : (bytes[4] ?? 0);
            expect([7, type + 1]).toContain(view.getUint8(4));
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it("that claim more than they are get EPROTO", () => {
    const bytes = encode(T.clunk, 1, { u32: 1 });
    bytes[0] = 12;
    expect(layers.handle(bytes)[4]).toBe(7);
    expect(layers.handle(bytes)[7]).toBe(errno.EPROTO);
    expect(layers.handle(new Uint8Array())[7]).toBe(errno.EPROTO);
  });
});
