import { createHash } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { tarHeader, type TarHeader, type TarKind } from "../../emulator/image/tar/entry.ts";
import { writeTar } from "../../emulator/image/tar/write.ts";
import { LAYERFS_MOUNT_OPTIONS, LayerFs } from "../../emulator/layerfs/layerfs.ts";
import { overlayOptions } from "../../emulator/snapshotter/mount-options.ts";
import { bootGuest, restoreGuest, runInGuest } from "./serial-guest.ts";

/** layerfs as Linux sees it: the shipped kernel mounts it and puts overlays on it. */

type Row = readonly [name: string, kind: TarKind, rest?: Partial<TarHeader>, content?: Uint8Array | string];
const bytesOf = (content: Uint8Array | string): Uint8Array =>
  typeof content === "string" ? new TextEncoder().encode(content) : content;
const tar = (...rows: Row[]): Uint8Array =>
  writeTar(
    rows.map(([name, kind, rest, content]) => ({
      header: tarHeader(name, kind, rest),
      ...(content === undefined ? {} : { content: bytesOf(content) }),
    })),
  );

const big = new Uint8Array(3_000_001);
for (let i = 0; i < big.length; i++) big[i] = (i * 2_654_435_761) >>> 23;
const md5 = (bytes: Uint8Array): string => createHash("md5").update(bytes).digest("hex");

/** cap_dac_read_search, permitted and effective, in the kernel's format of version 2. */
const readAnything = Uint8Array.of(1, 0, 0, 2, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

/** An i386 program that writes what is in /tmp/secret, or nothing when it may not open it. */
function secretReader(): Uint8Array {
  const start = 0x0804_8054;
  const u32 = (value: number): number[] => [0, 8, 16, 24].map((shift) => (value >>> shift) & 0xff);
  const codeLength = 56;
  const path = u32(start + codeLength);
  const buffer = u32(start + 512);
  const code = [
    ...[0xb8, ...u32(5), 0xbb, ...path, 0x31, 0xc9, 0xcd, 0x80], // open(path, 0)
    ...[0x89, 0xc3, 0xb8, ...u32(3), 0xb9, ...buffer, 0xba, ...u32(64), 0xcd, 0x80], // read
    ...[0x89, 0xc2, 0xb8, ...u32(4), 0xbb, ...u32(1), 0xcd, 0x80], // write
    ...[0xb8, ...u32(1), 0x31, 0xdb, 0xcd, 0x80], // exit
  ];
  const body = [...code, ...bytesOf("/tmp/secret\0")];
  const header = [
    ...[0x7f, 0x45, 0x4c, 0x46, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    ...[2, 0, 3, 0, ...u32(1), ...u32(start), ...u32(52), ...u32(0), ...u32(0), 52, 0, 32, 0, 1, 0, 0, 0, 0, 0, 0, 0],
    ...[1, 0, start - 84, start - 84, 84 + body.length, 1024, 7, 4096].flatMap(u32),
  ];
  return Uint8Array.from([...header, ...body]);
}

const lower = tar(
  ["etc/", "directory", { mode: 0o751 }],
  ["etc/passwd", "file", { mtime: 1_600_000_000 }, "root:x:0:0\n"],
  ["etc/removed", "file"],
  ["opaque/below", "file"],
  ["replaced/below", "file"],
  ["merged/below", "file"],
);
const upper = tar(
  ["big", "file", { mode: 0o4755 }, big],
  ["hard", "hardlink", { linkName: "big" }],
  ["sticky/", "directory", { mode: 0o1777, uid: 5, gid: 6 }],
  ["dev/null", "character", { major: 1, minor: 3, mode: 0o666 }],
  ["dev/disk", "block", { major: 8, minor: 300 }],
  ["pipe", "fifo"],
  ["private", "file", { mode: 0o600 }, "for root alone"],
  ["link", "symlink", { linkName: "etc/passwd" }],
  ["bytes-\udcff\udc80", "file", {}, "odd"],
  ["etc/.wh.removed", "file"],
  ["opaque/.wh..wh..opq", "file"],
  ["opaque/above", "file"],
  [".wh.replaced", "file"],
  ["replaced/above", "file"],
  ["merged/above", "file"],
  ...Array.from({ length: 2000 }, (_, i): Row => [`many/a-name-of-some-length-${String(i)}`, "file", {}, String(i)]),
);
const layers = new LayerFs();
const section: Record<string, string> = {};
const tars = new Map<string, Uint8Array>();

async function add(name: string, bytes: Uint8Array): Promise<void> {
  tars.set(name, bytes);
  await layers.addNamed(name, bytes);
}

beforeAll(async () => {
  await add("lower", lower);
  await add("upper", upper);
  await add(
    "caps",
    tar(
      ["with", "file", { mode: 0o755, xattrs: new Map([["security.capability", readAnything]]) }, secretReader()],
      ["without", "file", { mode: 0o755 }, secretReader()],
    ),
  );
  // 126 lowerdirs: an image of 125 layers and the init layer, in the order that the options name them.
  const names = Array.from({ length: 126 }, (_, i) => `layer-${String(i)}`);
  for (const [i, name] of names.entries()) {
    await add(name, tar([`only-${String(i)}`, "file"], ["common", "file", {}, String(i)]));
  }
  const link = (i: number): string => `l/${String(i).padStart(26, "A")}`;
  const options = overlayOptions(
    { name: "f".repeat(64), link: "" },
    names.map((name, i) => ({ name, link: link(i) })),
  );
  const checks: Record<string, string> = {
    tree: "cd /m/upper; ls -lan . dev sticky | awk '{print $1, $2, $3, $4, $5, $6, $NF}'",
    links: "cd /m/upper; stat -c '%i %h %s %a' big hard",
    content:
      "cd /m/upper; md5sum < big; md5sum < big; cat many/* | md5sum; ls many | wc -l; cat bytes-*; echo; ls | grep -c bytes",
    counts: "find /m/upper | wc -l; find /m/upper -name '.wh*' | wc -l",
    refused: "cd /m/upper; touch new; mkdir d; ln -s a b; rm -f big; chmod 1 big; mv big c; mknod n p",
    private: "cat /m/upper/private; echo; su -s /bin/sh nobody -c 'cat /m/upper/private /m/upper/bytes-*'",
    statfs: "stat -f -c '%t %s %f %l' /m",
    overlay: `
mkdir -p /tmp/o/diff /tmp/o/work /tmp/o/merged; cd /tmp/o
mount -t overlay -o lowerdir=/m/upper:/m/lower,upperdir=diff,workdir=work,redirect_dir=off,index=off,metacopy=off,xino=off overlay merged || exit
cd merged; ls -1 | grep -v -e bytes; ls etc opaque replaced merged; stat -c %a etc; cat link
echo changed >> etc/passwd; rm hard; mv merged/below merged/moved; chmod 600 big; rm -rf opaque; mkdir opaque; mkdir new
cat etc/passwd; ls -l big | cut -c1-10; md5sum < big
cd ../diff; find . | sort; stat -c '%F %t,%T' hard`,
    depth: `
mkdir -p /var/lib/docker/overlay2/l /tmp/deep; mount -t tmpfs x /var/lib/docker/overlay2; cd /var/lib/docker/overlay2; mkdir l
${names.map((name, i) => `ln -s /m/${name} ${link(i)}`).join("\n")}
mkdir -p ${"f".repeat(64)}/diff ${"f".repeat(64)}/work
mount -t overlay -o ${options} overlay /tmp/deep && ls /tmp/deep | wc -l; cat /tmp/deep/common; echo; cat /tmp/deep/none`,
    capabilities: `
mkdir -p /tmp/c/diff /tmp/c/work /tmp/c/merged; cd /tmp/c
mount -t overlay -o lowerdir=/m/caps,upperdir=diff,workdir=work overlay merged
echo it-was-read > /tmp/secret; chmod 600 /tmp/secret; chmod 711 /tmp/c
for f in /m/caps /tmp/c/merged; do
  for each in with without; do echo $each: $(su -s /bin/sh nobody -c $f/$each); done
done`,
  };
  const script = Object.entries(checks).map(([name, check]) => `echo "<<${name}>>"; ( ${check}\n)`);
  const output = await runInGuest(
    [`mkdir -p /m; mount -t 9p -o ${LAYERFS_MOUNT_OPTIONS} host9p /m`, ...script].join("\n"),
    layers.handle,
  );
  for (const part of output.split("<<").slice(1)) {
    const [name = "", text = ""] = part.split(">>\n");
    section[name] = text;
  }
}, 180_000);

const lines = (name: string): string[] => (section[name] ?? "").trimEnd().split("\n");

describe("layerfs, mounted by Linux", () => {
  it("shows types, modes, owners, links and devices", () => {
    expect(lines("tree")).toEqual(
      expect.arrayContaining([
        "-rwsr-xr-x 2 0 0 3000001 Jan big",
        "drwxrwxrwt 2 5 6 0 Jan sticky",
        "prw-r--r-- 1 0 0 0 Jan pipe",
        "lrwxrwxrwx 1 0 0 10 Jan etc/passwd",
        "brw-r--r-- 1 0 0 8, 300 disk",
        "crw-rw-rw- 1 0 0 1, 3 null",
        "drwxr-xr-x 9 0 0 0 Jan .",
      ]),
    );
    const [one, two] = lines("links");
    expect(one).toBe(two);
    expect(one).toMatch(/^\d+ 2 3000001 4755$/);
  });

  it("gives the bytes of its files, first and again, and every name of a large directory", () => {
    const many = Array.from({ length: 2000 }, (_, i) => String(i)).sort();
    expect(lines("content")).toEqual([
      `${md5(big)}  -`,
      `${md5(big)}  -`,
      `${md5(bytesOf(many.join("")))}  -`,
      "2000",
      "odd",
      "1",
    ]);
    expect(lines("counts")).toEqual(["2020", "0"]);
  });

  it("cannot be written to, and says so", () => {
    expect(lines("refused").length).toBe(7);
    for (const line of lines("refused")) expect(line).toContain("Read-only file system");
    expect(lines("statfs")).toEqual(["1021997 4096 0 255"]);
  });

  it("is under the kernel's own checks of users and modes", () => {
    expect(lines("private")).toEqual([
      "for root alone",
      "cat: can't open '/m/upper/private': Permission denied",
      expect.stringMatching(/^odd/),
    ]);
  });

  it("carries file capabilities, on its own and below an overlay", () => {
    expect(lines("capabilities")).toEqual(["with: it-was-read", "without:", "with: it-was-read", "without:"]);
  });
});

describe("an overlay over it", () => {
  it("hides what whiteouts and opaque directories hide, and merges the rest", () => {
    const text = section["overlay"] ?? "";
    expect(text).toContain("etc:\npasswd\n\nmerged:\nabove  below\n\nopaque:\nabove\n\nreplaced:\nabove\n");
  });

  it("copies up on change, and leaves an upperdir that is a layer", () => {
    const text = section["overlay"] ?? "";
    expect(text).toContain("root:x:0:0\nchanged\n");
    expect(text).toContain(`-rw-------\n${md5(big)}  -\n`);
    const upperdir = [".", "./big", "./etc", "./etc/passwd", "./hard", "./merged", "./merged/below", "./merged/moved"];
    expect(text).toContain(`${[...upperdir, "./new", "./opaque"].join("\n")}\ncharacter special file 0,0\n`);
  });

  it("takes the 126 lowerdirs of an image with 125 layers", () => {
    expect(lines("depth")).toEqual(["127", "0", "cat: can't open '/tmp/deep/none': No such file or directory"]);
  });
});

describe("a machine that is saved and restored", () => {
  it("goes on with files, directories and overlays that it had open", async () => {
    const half = 1_500_000;
    const guest = await bootGuest(
      `mkdir -p /m /tmp/o/diff /tmp/o/work /tmp/o/merged
mount -t 9p -o ${LAYERFS_MOUNT_OPTIONS} host9p /m
cd /tmp/o; mount -t overlay -o lowerdir=/m/upper:/m/lower,upperdir=diff,workdir=work overlay merged
cd merged/etc; exec 3< /m/upper/big
dd bs=${String(half)} count=1 <&3 2>/dev/null | md5sum
echo "<<half""-way>>"; sleep 1
cat <&3 | md5sum; cat passwd; ls ..//many | wc -l; cat /m/upper/many/*-1999`,
      layers.handle,
    );
    const before = await guest.until("<<half-way>>");
    await guest.machine.pause();
    const state = await guest.machine.save();
    const fids: unknown = JSON.parse(JSON.stringify(layers.exportState()));
    await guest.machine.destroy();

    const others = new LayerFs();
    await others.addNamed("another", tar(["x", "file"]));
    await others.addNamed("upper", upper);
    await others.addNamed("lower", lower);
    expect(() => {
      others.importState(fids);
    }).toThrow("layer caps is not here");
    for (const [name, bytes] of tars) await others.addNamed(name, bytes);
    others.importState(fids);
    const again = await restoreGuest(state, others.handle);
    const after = await again.until("=the-script-has-ended=");
    await again.machine.destroy();
    expect(before).toContain(md5(big.subarray(0, half)));
    expect(after.trimEnd().split("\n").slice(-4)).toEqual([
      `${md5(big.subarray(half))}  -`,
      "root:x:0:0",
      "2000",
      "1999",
    ]);
  }, 180_000);
});
