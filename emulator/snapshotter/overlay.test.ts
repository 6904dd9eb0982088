import { describe, expect, it } from "vitest";
import { chainIds } from "../image/chain.ts";
import { sha256 } from "../image/digest.ts";
import { tarHeader, type TarHeader } from "../image/tar/entry.ts";
import { readTar } from "../image/tar/read.ts";
import { writeTar } from "../image/tar/write.ts";
import { LayerFs } from "../layerfs/layerfs.ts";
import { NinePClient } from "../layerfs/ninep-client.ts";
import { MemoryAgent } from "./memory-agent.ts";
import { MaxDepthExceeded, OverlaySnapshotter, SnapshotNotFound } from "./overlay.ts";
import { SnapshotterStateError } from "./state.ts";

const root = "/var/lib/docker/overlay2";
const id = "c0ffee".padEnd(64, "0");
const never = new AbortController().signal;

async function world(...tars: Uint8Array[]) {
  const layers = new LayerFs();
  const agent = new MemoryAgent();
  const diffIds = [];
  for (const tar of tars) {
    const diffId = await sha256(tar);
    await layers.content.putLayer(diffId, tar);
    diffIds.push(diffId);
  }
  return { layers, agent, diffIds, snapshotter: new OverlaySnapshotter(agent, layers.content) };
}

const layer = (...headers: TarHeader[]): Uint8Array => writeTar(headers.map((header) => ({ header })));
const file = (name: string): Uint8Array => layer(tarHeader(name, "file"));
const hex = (digest: string | undefined): string => (digest ?? "").slice("sha256:".length);

function textAt(agent: MemoryAgent, path: string): string {
  const entry = agent.entries.get(`${root}/${path}`);
  if (entry?.kind !== "file") throw new Error(`no file ${path}`);
  return new TextDecoder().decode(entry.bytes);
}

/** The mounts that are not a container's disk. */
const overlays = (agent: MemoryAgent) => agent.mounts.filter(({ type }) => type === "overlay");

describe("prepare", () => {
  it("lays out overlay2 as Docker does", async () => {
    const { agent, snapshotter, diffIds } = await world(file("a"), file("b"));
    const chain = await chainIds(diffIds);
    const mounted = await snapshotter.prepare(id, diffIds);
    expect(mounted).toEqual({
      lowerDirs: [`${id}-init`, hex(chain[1]), hex(chain[0])].map((name) => `${root}/${name}/diff`),
      upperDir: `${root}/${id}/diff`,
      workDir: `${root}/${id}/work`,
      mergedDir: `${root}/${id}/merged`,
    });
    expect(agent.entries.get(`${root}/${hex(chain[1])}/diff`)).toMatchObject({
      kind: "symlink",
      target: `/run/layerfs/${hex(diffIds[1])}`,
    });
    const link = textAt(agent, `${id}/link`);
    expect(link).toMatch(/^[A-Z2-7]{26}$/);
    expect(agent.entries.get(`${root}/l/${link}`)).toMatchObject({ kind: "symlink", target: `../${id}/diff` });
    const lower = [`${id}-init`, hex(chain[1]), hex(chain[0])].map((name) => `l/${textAt(agent, `${name}/link`)}`);
    expect(textAt(agent, `${id}/lower`)).toBe(lower.join(":"));
    expect(textAt(agent, `${id}-init/lower`)).toBe(lower.slice(1).join(":"));
    expect(textAt(agent, `${hex(chain[1])}/lower`)).toBe(lower[2]);
    expect(agent.entries.has(`${root}/${hex(chain[0])}/lower`)).toBe(false);
  });

  it("makes a layer's directory once, and none when it cannot make all", async () => {
    const { agent, snapshotter, diffIds } = await world(file("a"));
    await snapshotter.prepare("one", diffIds);
    const before = agent.entries.size;
    agent.capacity = before + 9;
    await expect(snapshotter.prepare("two", diffIds)).rejects.toThrow("ENOSPC");
    expect(agent.entries.size).toBe(before);
    agent.capacity = Infinity;
    await snapshotter.prepare("two", diffIds);
    await expect(snapshotter.prepare("two", diffIds)).rejects.toThrow("exists already");
    await snapshotter.remove("two");
    expect(agent.entries.size).toBe(before);
  });

  it("takes 125 layers, whose options still fit a page, and no more", async () => {
    const tars = Array.from({ length: 126 }, (_, i) => file(`f${String(i)}`));
    const { agent, snapshotter, diffIds } = await world(...tars);
    await expect(snapshotter.prepare(id, diffIds)).rejects.toThrow(new MaxDepthExceeded());
    await snapshotter.prepare(id, diffIds.slice(0, 125));
    await snapshotter.mount(id);
    const [mount] = overlays(agent);
    expect(mount?.cwd).toBe(root);
    expect(mount?.options).toMatch(/^lowerdir=(l\/[A-Z2-7]{26}:){125}l\/[A-Z2-7]{26},upperdir=c0ffee0+\/diff,workdir=/);
    expect(mount?.options.length).toBeLessThan(4096);
  });

  it("refuses layers that are not there, and names that are none", async () => {
    const { snapshotter } = await world();
    await expect(snapshotter.prepare(id, ["sha256:0"])).rejects.toThrow("not in the content store");
    await expect(snapshotter.prepare("../x", [])).rejects.toThrow("invalid snapshot id");
  });

  it("uses a layer that an image has twice where it is topmost", async () => {
    const { snapshotter, diffIds } = await world(file("a"), file("b"));
    const [a = "", b = ""] = diffIds;
    const { lowerDirs } = await snapshotter.prepare(id, [a, b, a]);
    const chain = await chainIds([a, b, a]);
    expect(lowerDirs.slice(1)).toEqual([chain[2], chain[1]].map((digest) => `${root}/${hex(digest)}/diff`));
  });
});

describe("the init layer", () => {
  it("has the places of what is mounted later, and leaves all else as the image has it", async () => {
    const { layers, agent, snapshotter, diffIds } = await world(
      layer(tarHeader("etc/", "directory", { mode: 0o700, uid: 9 }), tarHeader("./", "directory", { mode: 0o751 })),
      layer(
        tarHeader("etc/", "directory", { mode: 0o711, mtime: 77 }),
        tarHeader("proc/", "directory", { mode: 0o555 }),
      ),
      layer(tarHeader(".wh.proc", "file"), tarHeader("./", "directory", { mode: 0o751 })),
    );
    await snapshotter.prepare(id, diffIds);
    const diff = agent.entries.get(`${root}/${id}-init/diff`);
    const name = diff?.kind === "symlink" ? diff.target.slice("/run/layerfs/".length) : "";
    const client = new NinePClient(layers.handle);
    const shown = (path: string) => client.attributes(client.find(`${name}/${path}`));
    expect(client.names(name).sort()).toEqual([".", "..", ".dockerenv", "dev", "etc", "proc", "sys"]);
    expect(client.names(`${name}/etc`).sort()).toEqual([".", "..", "hostname", "hosts", "mtab", "resolv.conf"]);
    expect(client.names(`${name}/dev`).sort()).toEqual([".", "..", "console", "pts", "shm"]);
    expect(shown("")).toMatchObject({ mode: 0o040751 });
    expect(shown("etc")).toMatchObject({ mode: 0o040711, mtime: 77 });
    // The topmost layer hides the directory that the one below it had.
    expect(shown("proc")).toMatchObject({ mode: 0o040755, mtime: 0 });
    expect(shown(".dockerenv")).toMatchObject({ mode: 0o100755, size: 0 });
    expect(agent.entries.get(`${root}/${id}/diff`)).toMatchObject({ mode: 0o751 });
  });
});

describe("mount and unmount", () => {
  it("happen once, however often they are asked for", async () => {
    const { agent, snapshotter, diffIds } = await world(file("a"));
    await snapshotter.prepare(id, diffIds);
    await snapshotter.mount(id);
    await snapshotter.mount(id);
    expect(overlays(agent)).toMatchObject([{ source: "overlay", type: "overlay", target: `${root}/${id}/merged` }]);
    expect(overlays(agent)[0]?.options).toMatch(
      /^lowerdir=\/var\/lib\/docker\/overlay2\/l\/\w{26}:.*,upperdir=\/var\/lib\/docker\/overlay2\/c0ffee0+\/diff,workdir=.*,redirect_dir=off,index=off,metacopy=off,xino=off$/,
    );
    await snapshotter.unmount(id);
    await snapshotter.unmount(id);
    expect(overlays(agent)).toEqual([]);
  });

  it("forgive a guest that has lost the mount or the directory", async () => {
    const { agent, snapshotter, diffIds } = await world(file("a"));
    await snapshotter.prepare(id, diffIds);
    await snapshotter.mount(id);
    agent.mounts.length = 0;
    agent.entries.clear();
    await snapshotter.remove(id);
    await snapshotter.remove(id);
    await expect(snapshotter.mount(id)).rejects.toThrow(SnapshotNotFound);
  });
});

describe("an upperdir", () => {
  it("is read as changes, as a layer and as bytes", async () => {
    const { agent, snapshotter } = await world();
    const { upperDir } = await snapshotter.prepare(id, []);
    agent.write(`${upperDir}/b`, "12");
    agent.write(`${upperDir}/a`, "345");
    expect(await snapshotter.changes(id)).toEqual([
      { path: "/a", kind: "added" },
      { path: "/b", kind: "added" },
    ]);
    expect(await snapshotter.usage(id)).toBe(5);
    const parts = [];
    for await (const part of snapshotter.diff(id, never)) parts.push(part);
    expect([...readTar(Buffer.concat(parts))].map(({ name }) => name).sort()).toEqual(["a", "b"]);
  });
});

describe("a deleted layer", () => {
  it("takes its directories in the guest with it, and the init layers of its images", async () => {
    const { layers, agent, snapshotter, diffIds } = await world(
      file("a"),
      layer(tarHeader("etc/", "directory", { mtime: 5 })),
    );
    await snapshotter.prepare(id, diffIds);
    await snapshotter.remove(id);
    expect(agent.entries.size).toBeGreaterThan(0);
    for (const diffId of diffIds.toReversed()) await layers.content.deleteLayer(diffId);
    expect([...agent.entries.keys()]).toEqual([]);
    expect(layers.content.digests().layers).toEqual([]);
    expect(snapshotter.exportState()).toEqual({ version: 1, lowers: [], snapshots: [], inits: [] });
  });
});

describe("the state", () => {
  it("is all that another process needs to go on", async () => {
    const { layers, agent, snapshotter, diffIds } = await world(file("a"), file("b"));
    await snapshotter.prepare(id, diffIds);
    await snapshotter.mount(id);
    const state: unknown = JSON.parse(JSON.stringify(snapshotter.exportState()));
    const again = new OverlaySnapshotter(agent, layers.content, state);
    expect(again.describe(id)).toEqual(snapshotter.describe(id));
    expect(again.exportState()).toEqual(state);
    await again.prepare("next", diffIds);
    await again.remove("next");
    await again.remove(id);
    expect(agent.mounts).toEqual([]);
    expect([...agent.entries.keys()].some((path) => path.includes(id))).toBe(false);
  });
  it("is refused when it is none", async () => {
    const { layers, agent } = await world();
    expect(() => new OverlaySnapshotter(agent, layers.content, { version: 2 })).toThrow(SnapshotterStateError);
  });
});
