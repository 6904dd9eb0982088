import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ConnectedAgent } from "../../emulator/agent/connect.ts";
import type { MountedSnapshot } from "../../emulator/engine/runtime.ts";
import { sha256 } from "../../emulator/image/digest.ts";
import { tarHeader, type TarEntry, type TarHeader, type TarKind } from "../../emulator/image/tar/entry.ts";
import { readTar } from "../../emulator/image/tar/read.ts";
import { writeTar } from "../../emulator/image/tar/write.ts";
import { LayerFs } from "../../emulator/layerfs/layerfs.ts";
import { OverlaySnapshotter } from "../../emulator/snapshotter/overlay.ts";
import { bootAgent, type SerialGuest } from "./serial-guest.ts";

/** Snapshots with the shipped kernel and agent: what `docker diff` and `docker commit` are made of. */

type Row = readonly [name: string, kind: TarKind, rest?: Partial<TarHeader>, content?: string];
const tar = (...rows: Row[]): Uint8Array =>
  writeTar(
    rows.map(([name, kind, rest, content]) => ({
      header: tarHeader(name, kind, { mtime: 1_600_000_000, ...rest }),
      ...(content === undefined ? {} : { content: new TextEncoder().encode(content) }),
    })),
  );

const layers = new LayerFs();
let guest: SerialGuest;
let agent: ConnectedAgent;
let snapshotter: OverlaySnapshotter;

async function add(...tars: Uint8Array[]): Promise<string[]> {
  const diffIds = [];
  for (const bytes of tars) {
    const diffId = await sha256(bytes);
    await layers.content.putLayer(diffId, bytes);
    diffIds.push(diffId);
  }
  return diffIds;
}

/** Output and errors of a shell command in the guest. */
async function sh(command: string): Promise<string> {
  const process = await agent.spawn({
    argv: ["/bin/sh", "-c", `exec 2>&1; ${command}`],
    env: ["PATH=/bin:/sbin"],
    cwd: "/",
    stdio: { kind: "pipes", stdin: false },
  });
  let text = "";
  const decoder = new TextDecoder();
  for await (const bytes of process.stdout ?? []) text += decoder.decode(bytes, { stream: true });
  await process.exited;
  return text;
}

async function packed(id: string): Promise<{ bytes: Uint8Array; entries: Map<string, TarEntry> }> {
  const parts = [];
  for await (const part of snapshotter.diff(id, new AbortController().signal)) parts.push(part);
  const bytes = new Uint8Array(Buffer.concat(parts));
  return { bytes, entries: new Map([...readTar(bytes)].map((entry) => [entry.name, entry])) };
}

const base: Row[] = [
  ["bin/tool", "file", { mode: 0o755 }, "tool"],
  ["etc/", "directory"],
  ["etc/group", "file", {}, "group"],
  ["etc/passwd", "file", {}, "root"],
  ["srv/old/", "directory"],
  ["srv/old/a", "file"],
  ["srv/old/b/c", "file"],
  ["tmp/", "directory", { mode: 0o1777 }],
  ["usr/share/same", "file", {}, "same"],
];
const above: Row[] = [
  ["etc/", "directory"],
  ["etc/.wh.group", "file"],
  ["srv/", "directory"],
  ["srv/old/", "directory"],
  ["srv/old/d", "file"],
];

beforeAll(async () => {
  const booted = await bootAgent(layers.handle);
  ({ agent } = booted);
  guest = booted;
  snapshotter = new OverlaySnapshotter(agent, layers.content);
}, 120_000);
afterAll(async () => {
  await guest?.machine.destroy();
});

describe("a container's snapshot", () => {
  let mounted: MountedSnapshot;
  beforeAll(async () => {
    await snapshotter.prepare("one", await add(tar(...base), tar(...above)));
    mounted = await snapshotter.mount("one");
  });

  it("shows the image, and the places that are mounted over", async () => {
    expect(await sh(`cd ${mounted.mergedDir}; ls -A; ls etc srv/old; cat etc/passwd; stat -c '%a %s' .dockerenv`)).toBe(
      ".dockerenv\nbin\ndev\netc\nproc\nsrv\nsys\ntmp\nusr\n" +
        "etc:\nhostname\nhosts\nmtab\npasswd\nresolv.conf\n\nsrv/old:\na\nb\nd\nroot755 0\n",
    );
    expect(await snapshotter.changes("one")).toEqual([]);
  });

  it("is laid out in the guest as overlay2", async () => {
    const text = await sh(
      "cd /var/lib/docker/overlay2; for each in $(tr : ' ' < one/lower); do ls $each; done; ls one; grep -c ' overlay ' /proc/mounts",
    );
    expect(text).toBe("dev\netc\nproc\nsys\netc\nsrv\nbin\netc\nsrv\ntmp\nusr\ndiff\nlink\nlower\nmerged\nwork\n1\n");
  });

  it("tells what was changed in it", async () => {
    await sh(`cd ${mounted.mergedDir}
      echo x > new; mkdir tmp/dir; echo y > tmp/dir/f; rm etc/passwd; chmod 700 bin/tool; cat usr/share/same > /dev/null
      touch -c -d @1600000000 usr/share/same; rm -rf srv/old; mkdir srv/old; echo z > srv/old/a; echo z > srv/old/new
      mknod dev/thing c 7 8; ln new hard; ln -s new soft; mkfifo pipe; echo > etc/hosts; rm etc/resolv.conf`);
    const changes = await snapshotter.changes("one");
    expect(changes.map(({ path, kind }) => `${kind.charAt(0).toUpperCase()} ${path}`)).toEqual([
      "M /bin",
      "M /bin/tool",
      "M /dev",
      "A /dev/thing",
      "M /etc",
      "M /etc/hosts",
      "D /etc/passwd",
      "D /etc/resolv.conf",
      "A /hard",
      "A /new",
      "A /pipe",
      "A /soft",
      "M /srv",
      "M /srv/old",
      "M /srv/old/a",
      "D /srv/old/b",
      "D /srv/old/d",
      "A /srv/old/new",
      "M /tmp",
      "A /tmp/dir",
      "A /tmp/dir/f",
    ]);
    expect(await snapshotter.usage("one")).toBeGreaterThan(4096);
  });

  it("becomes a layer that shows the same over the same image", async () => {
    const { bytes, entries } = await packed("one");
    expect(entries.get("etc/.wh.passwd")).toMatchObject({ kind: "file", size: 0 });
    expect(entries.get("srv/old/.wh..wh..opq")).toMatchObject({ kind: "file", size: 0 });
    expect(entries.get("dev/thing")).toMatchObject({ kind: "character", major: 7, minor: 8 });
    expect(entries.get("bin/tool")).toMatchObject({ mode: 0o700, mtime: 1_600_000_000, size: 4 });
    expect([entries.get("hard"), entries.get("new")].map((entry) => entry?.kind).sort()).toEqual(["file", "hardlink"]);
    const listing = (directory: string): Promise<string> =>
      sh(
        `cd ${directory}; find . | sort | xargs stat -c '%n %F %a %u:%g %t,%T' | grep -v -e ' directory ' ; find . -type f | sort | xargs md5sum`,
      );
    const image = [...(await add(tar(...base), tar(...above), bytes))];
    await snapshotter.prepare("two", image);
    const again = await snapshotter.mount("two");
    const [before, after] = [await listing(mounted.mergedDir), await listing(again.mergedDir)];
    // The init layer is above the image: the places that are mounted over are empty again.
    const places = /etc\/(hosts|resolv\.conf)/;
    const rest = (text: string): string[] => text.split("\n").filter((line) => !places.test(line));
    expect(rest(after)).toEqual(rest(before));
    expect(await snapshotter.changes("two")).toEqual([]);
    await snapshotter.remove("two");
  });

  it("keeps its upperdir when it is unmounted, and is gone when it is removed", async () => {
    await snapshotter.unmount("one");
    expect(await sh("grep -c ' overlay ' /proc/mounts; cat /var/lib/docker/overlay2/one/diff/new")).toBe("0\nx\n");
    await snapshotter.mount("one");
    expect(await sh(`cat ${mounted.mergedDir}/tmp/dir/f`)).toBe("y\n");
    await snapshotter.remove("one");
    await snapshotter.remove("one");
    expect(await sh("ls -d /var/lib/docker/overlay2/one*; grep -c ' overlay ' /proc/mounts")).toBe(
      "ls: /var/lib/docker/overlay2/one*: No such file or directory\n0\n",
    );
  });

  it("is removed even while a process is in it", async () => {
    await snapshotter.prepare("busy", await add(tar(...base)));
    const { mergedDir } = await snapshotter.mount("busy");
    const process = await agent.spawn({
      argv: ["/bin/sleep", "1000"],
      env: [],
      cwd: mergedDir,
      stdio: { kind: "null" },
    });
    await snapshotter.remove("busy");
    expect(await sh("grep -c ' overlay ' /proc/mounts; ls /var/lib/docker/overlay2 | grep -c busy")).toBe("0\n0\n");
    await process.signal(9);
    await process.exited;
  });
});

describe("an image", () => {
  it("of 125 layers is mounted, and what it takes in the guest is gone with its layers", async () => {
    const before = await sh("ls /var/lib/docker/overlay2 /var/lib/docker/overlay2/l | wc -l");
    const diffIds = await add(...Array.from({ length: 125 }, (_, i) => tar([`f${String(i)}`, "file", {}, String(i)])));
    await snapshotter.prepare("deep", diffIds);
    const { mergedDir } = await snapshotter.mount("deep");
    expect(await sh(`ls ${mergedDir} | grep -c ^f; cat ${mergedDir}/f0 ${mergedDir}/f124`)).toBe("125\n0124");
    await snapshotter.remove("deep");
    for (const diffId of diffIds.toReversed()) await layers.content.deleteLayer(diffId);
    expect(await sh("ls /var/lib/docker/overlay2 /var/lib/docker/overlay2/l | wc -l")).toBe(before);
  }, 60_000);

  it("that was deleted and comes back is readable again", async () => {
    const bytes = tar(["file", "file", {}, "content"]);
    for (const round of ["first", "second"]) {
      const [diffId = ""] = await add(bytes);
      await snapshotter.prepare(round, [diffId]);
      const { mergedDir } = await snapshotter.mount(round);
      expect(await sh(`cat ${mergedDir}/file`)).toBe("content");
      await snapshotter.remove(round);
      await layers.content.deleteLayer(diffId);
    }
  });
});
