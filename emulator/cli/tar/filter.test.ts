import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { streamOf } from "../testing/run-cli.ts";
import { collected } from "../build/context.ts";
import { filterTar, tarOf, type TarFilter } from "./filter.ts";
import { headerWith } from "./header.ts";
import { readTarFile } from "./read-file.ts";

const folder = mkdtempSync(join(tmpdir(), "filter-"));
afterAll(() => rmSync(folder, { recursive: true }));

const all: TarFilter = { keeps: () => true };
const filtered = (tar: Uint8Array, filter: TarFilter): Promise<Uint8Array> =>
  collected(filterTar(streamOf(tar), filter));

/** What GNU tar lists: mode, owner, size, name. */
function listed(tar: Uint8Array): string[] {
  const { stdout, stderr, status } = spawnSync("tar", ["-tvf", "-", "--numeric-owner", "--quoting-style=literal"], {
    input: tar,
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => line.replace(/ +(\d+) \S+ \S+ /, " $1 "));
}

const long = `${"deep/".repeat(30)}file-${"x".repeat(90)}`;

function sample(format: string): Uint8Array {
  const root = mkdtempSync(join(folder, "sample-"));
  mkdirSync(join(root, "a/b"), { recursive: true });
  mkdirSync(join(root, long, ".."), { recursive: true });
  writeFileSync(join(root, "a/b/x.sh"), "#!/bin/sh\n");
  chmodSync(join(root, "a/b/x.sh"), 0o755);
  writeFileSync(join(root, "ünï"), "u".repeat(700));
  writeFileSync(join(root, long), "far");
  symlinkSync("a/b/x.sh", join(root, "link"));
  const args = ["-cf", "-", `--format=${format}`, "--sort=name", "--owner=1234", "--group=5678", "-C", root, "."];
  return new Uint8Array(spawnSync("tar", args, { maxBuffer: 1e7 }).stdout);
}

describe("a filtered tar", () => {
  it.each(["gnu", "pax"])("has the entries that stay, owned by root, out of %s", async (format) => {
    const lines = listed(await filtered(sample(format), { keeps: (name) => !name.startsWith("deep") }));
    expect(lines.map((line) => line.replace(/ 0 a/, " a"))).toEqual([
      "drwxr-xr-x 0/0 a/",
      "drwxr-xr-x 0/0 a/b/",
      "-rwxr-xr-x 0/0 10 a/b/x.sh",
      "lrwxrwxrwx 0/0 0 link -> a/b/x.sh",
      "-rw-r--r-- 0/0 700 ünï",
    ]);
  });

  it.each(["gnu", "pax"])("brings long names through, with the folders above them, out of %s", async (format) => {
    const lines = listed(await filtered(sample(format), { keeps: (name) => name === long }));
    expect(lines.length).toBe(31);
    expect(lines.at(-1)).toBe(`-rw-r--r-- 0/0 3 ${long}`);
  });

  it("puts files first, in place of those that have their name", async () => {
    const tar = tarOf([
      { name: "x", bytes: new Uint8Array(3) },
      { name: "y", bytes: new Uint8Array(4) },
    ]);
    const added = [{ name: "y", bytes: new Uint8Array(5) }];
    expect(listed(await filtered(tar, { ...all, added })).map((line) => line.split(" ").slice(2).join(" "))).toEqual([
      "5 y",
      "3 x",
    ]);
  });

  it("keeps attributes that are no text", async () => {
    const header = tarOf([{ name: "x", bytes: new Uint8Array() }]).subarray(0, 512);
    const value = String.fromCharCode(1, 0, 0, 2, 0xff, 10, 0x80);
    const records = (): Map<string, string> => new Map([["SCHILY.xattr.security.capability", value]]);
    const tar = await collected(streamOf(joined([...headerWith(header, "x", "", records()), new Uint8Array(1024)])));
    expect([...(await filtered(tar, all))]).toEqual([...tar]);
  });

  it("gives one file", async () => {
    const found = await readTarFile(streamOf(sample("gnu")), ["a/b/x.sh"]);
    expect(new TextDecoder().decode(found?.bytes)).toBe("#!/bin/sh\n");
    expect(await readTarFile(streamOf(sample("gnu")), ["nosuch"])).toBeUndefined();
  });

  it("ends with an error or a tar, whatever it is given", async () => {
    const tar = sample("pax");
    const change = fc.record({ at: fc.nat(tar.length - 1), value: fc.nat(255) });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 8 }), fc.nat(tar.length), async (changes, length) => {
        const damaged = tar.slice(0, length);
        for (const { at, value } of changes) if (at < length) damaged[at] = value;
        const result = await filtered(damaged, all).catch((error: unknown) => error);
        if (result instanceof Uint8Array) expect(result.length % 512).toBe(0);
        else expect(result).toBeInstanceOf(Error);
      }),
    );
  });
});

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(pieces.flatMap((piece) => [...piece]));
}
