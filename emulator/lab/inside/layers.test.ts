import { beforeEach, describe, expect, it } from "vitest";
import { readArchive } from "../../image/archive-read.ts";
import { writeArchive } from "../../image/archive-write.ts";
import { sha256 } from "../../image/digest.ts";
import { gzip } from "../../image/gzip.ts";
import { encodeConfig, encodeDocument } from "../../image/mutate.ts";
import { tarHeader } from "../../image/tar/entry.ts";
import { writeTar } from "../../image/tar/write.ts";
import { MemoryContentStore } from "../../layerfs/content-store.ts";
import { LayerExport } from "../../layerfs/export.ts";
import { GuestFileError, type Change, type FileStat } from "../../engine/runtime.ts";
import { emptyState, type EngineState } from "../../engine/state.ts";
import type { ContainerRecord, ImageRecord } from "../../engine/records.ts";
import {
  decodeDocuments,
  decodeImage,
  decodeListing,
  decodeLists,
  decodeReading,
} from "../../observe/layers/decode.ts";
import { mediaTypes, type ImageConfig } from "../../spec/oci-image.ts";
import { insideHandler } from "./inside.ts";
import { layersPart } from "./layers.ts";
import { layerListing } from "./layer-listing.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

const baseTar = writeTar([
  { header: tarHeader("etc/", "directory") },
  { header: tarHeader("etc/passwd", "file", { size: 5 }), content: bytes("root\n") },
  { header: tarHeader("etc/shadow", "hardlink", { linkName: "etc/passwd" }) },
  { header: tarHeader("bin/sh", "symlink", { linkName: "busybox" }) },
]);
const topTar = writeTar([
  { header: tarHeader("etc/.wh.passwd", "file") },
  { header: tarHeader("bin/.wh..wh..opq", "file") },
  { header: tarHeader("<img src=x>", "file", { size: 2 }), content: bytes("hi") },
  { header: tarHeader("not\udcffutf8", "file") },
]);

/** A machine with an image of two layers: pulled, and again as it was built on the base. */
async function machine() {
  const content = new MemoryContentStore(new LayerExport());
  const [base, top] = [await sha256(baseTar), await sha256(topTar)];
  await content.putLayer(base, baseTar);
  await content.putLayer(top, topTar);
  const config = (diffIds: readonly string[], by: string): ImageConfig => ({
    architecture: "386",
    os: "linux",
    rootfs: { type: "layers", diff_ids: [...diffIds] },
    history: diffIds.map(() => ({ created_by: by })),
  });
  const pulledConfig = config([base], "ADD rootfs /");
  const builtConfig = config([base, top], "RUN x");
  const [pulled, built] = [await encodeConfig(pulledConfig), await encodeConfig(builtConfig)];
  await content.put(pulled.id, pulled.bytes);
  await content.put(built.id, built.bytes);
  const blob = gzip(baseTar);
  const blobDigest = await sha256(blob);
  const manifest = encodeDocument({
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: { mediaType: mediaTypes.config, digest: pulled.id, size: pulled.bytes.length },
    layers: [{ mediaType: mediaTypes.layerGzip, digest: blobDigest, size: blob.length }],
  });
  const manifestDigest = await sha256(manifest);
  const index = encodeDocument({
    schemaVersion: 2,
    manifests: [{ mediaType: mediaTypes.manifest, digest: manifestDigest, size: manifest.length }],
  });
  const blobs = new Map([
    [blobDigest, blob],
    [manifestDigest, manifest],
  ]);
  const image = (id: string, of: ImageConfig, digest: string | undefined): ImageRecord => ({
    id,
    config: of,
    manifestDigest: digest,
    chainIds: [],
    parentId: undefined,
    lastTagTime: undefined,
  });
  const container = {
    id: "c".repeat(64),
    name: "web",
    imageId: built.id,
    layers: [base, top],
    state: { running: true },
  } as unknown as ContainerRecord;
  const state: EngineState = {
    ...emptyState,
    images: [image(pulled.id, pulledConfig, manifestDigest), image(built.id, builtConfig, undefined)],
    references: {
      "docker.io/library/base:latest": pulled.id,
      [`docker.io/library/base@${manifestDigest}`]: pulled.id,
      "docker.io/library/app:1": built.id,
    },
    containers: [container],
  };
  const upper = new Map<string, FileStat>();
  const changes: Change[] = [];
  const part = layersPart({
    state: () => state,
    content,
    registry: {
      index: () => Promise.resolve(index),
      blob: (digest) => {
        const found = blobs.get(digest);
        if (found === undefined) return Promise.reject(new Error(`${digest} is not in the registry`));
        return Promise.resolve({ size: found.length, body: new Blob([found.slice()]).stream() });
      },
    },
    snapshotter: {
      describe: (id) => ({ lowerDirs: ["/l"], upperDir: `/upper/${id}`, workDir: "/w", mergedDir: "/m" }),
      changes: () => Promise.resolve(changes),
    },
    files: {
      stat: (_, path) => Promise.resolve(upper.get(path)),
      read: (_, path) =>
        upper.has(path)
          ? Promise.resolve(bytes(`content of ${path}`))
          : Promise.reject(new GuestFileError("ENOENT", path, "no")),
    },
  });
  const handle = insideHandler(() => Promise.reject(new Error("not the engine's")), { layers: part });
  const get = async (path: string, method: "GET" | "POST" = "GET") => {
    const { status, headers, body } = await handle({
      method,
      target: `/inside/layers/${path}`,
      headers: {},
      body: null,
      signal: new AbortController().signal,
    });
    const answer = new Uint8Array(await new Response(body as BodyInit | null).arrayBuffer());
    const asJson = (): unknown => JSON.parse(new TextDecoder().decode(answer));
    return { status, headers, bytes: answer, json: asJson };
  };
  return {
    get,
    base,
    top,
    pulled,
    built,
    blobDigest,
    manifestDigest,
    manifest,
    upper,
    changes,
    content,
    builtConfig,
    container,
  };
}

let it_: Awaited<ReturnType<typeof machine>>;
beforeEach(async () => {
  it_ = await machine();
});

describe("images", () => {
  it("are listed with the names people give them", async () => {
    const { images, containers } = decodeLists((await it_.get("images")).json());
    expect(images.map(({ references }) => references)).toEqual([["base:latest"], ["app:1"]]);
    expect(containers).toEqual([{ id: it_.container.id, name: "web", imageId: it_.built.id, running: true }]);
  });

  it("tell their layers, with the blob that a shared base was pulled as", async () => {
    const facts = decodeImage((await it_.get(`images/${it_.built.id}`)).json());
    expect(facts.layers.map(({ diffId, digest, size }) => [diffId, digest, size])).toEqual([
      [it_.base, it_.blobDigest, 5],
      [it_.top, undefined, 2],
    ]);
  });

  it("that are not there are not found", async () => {
    const answer = await it_.get("images/sha256:00");
    expect(answer.status).toBe(404);
    expect(answer.json()).toEqual({ message: "No such image: sha256:00" });
  });
});

describe("a layer", () => {
  it("lists whiteouts, opaque directories, links and hard links as what they are", async () => {
    const base = decodeListing((await it_.get(`listing/${it_.base}`)).json());
    expect(base.entries.map(({ path, kind, size, target }) => [path, kind, size, target])).toEqual([
      ["etc", "directory", 0, undefined],
      ["etc/passwd", "file", 5, undefined],
      ["etc/shadow", "file", 0, "etc/passwd"],
      ["bin", "directory", 0, undefined],
      ["bin/sh", "symlink", 0, "busybox"],
    ]);
    const top = decodeListing((await it_.get(`listing/${it_.top}`)).json());
    expect(top.entries.map(({ path, kind, opaque }) => [path, kind, opaque])).toEqual([
      ["etc", "directory", undefined],
      ["etc/passwd", "whiteout", undefined],
      ["bin", "directory", true],
      ["<img src=x>", "file", undefined],
      ["not\udcffutf8", "file", undefined],
    ]);
  });

  it("gives a file's bytes by its number, and says how many there are", async () => {
    const { entries } = decodeListing((await it_.get(`listing/${it_.base}`)).json());
    const node = entries.find(({ path }) => path === "etc/passwd")?.node ?? -1;
    const whole = await it_.get(`content/${it_.base}/${node}`);
    expect([new TextDecoder().decode(whole.bytes), whole.headers["x-size"]]).toEqual(["root\n", "5"]);
    const some = await it_.get(`content/${it_.base}/${node}?offset=1&limit=2`);
    expect([new TextDecoder().decode(some.bytes), some.headers["x-size"]]).toEqual(["oo", "5"]);
    expect((await it_.get(`content/${it_.base}/0`)).status).toBe(404);
    expect((await it_.get(`content/${it_.base}/-1`)).status).toBe(404);
    expect((await it_.get(`content/${it_.base}/9999999`)).status).toBe(404);
  });

  it("with too many names says how many are left", () => {
    const tree = it_.content.tree(it_.base);
    expect(tree && layerListing(it_.base, tree, 2)).toMatchObject({ entries: { length: 2 }, left: 3 });
  });
});

describe("documents", () => {
  it("of a pulled image are the registry's", async () => {
    const found = decodeDocuments((await it_.get(`images/${it_.pulled.id}/documents`)).json());
    expect(found).toMatchObject({
      origin: "registry",
      manifest: { digest: it_.manifestDigest, text: new TextDecoder().decode(it_.manifest) },
      config: { digest: it_.pulled.id },
    });
  });

  it("of a built one are those that docker save writes", async () => {
    const found = decodeDocuments((await it_.get(`images/${it_.built.id}/documents`)).json());
    const image = { config: it_.builtConfig, configBytes: it_.built.bytes, repoTags: ["app:1"] };
    const archive = new Uint8Array(
      await new Response(writeArchive([image], (diffId) => it_.content.getLayer(diffId))).arrayBuffer(),
    );
    const text = new TextDecoder().decode(archive);
    expect(found.origin).toBe("built");
    expect(text).toContain(found.index);
    expect(text).toContain(found.manifest.text);
    expect((await readArchive(archive))[0]?.id).toBe(it_.built.id);
  });
});

describe("blobs", () => {
  it("give the bytes that their digest names", async () => {
    const { manifest } = decodeDocuments((await it_.get(`images/${it_.built.id}/documents`)).json());
    for (const digest of [it_.built.id, it_.base, it_.top, it_.blobDigest, it_.manifestDigest, manifest.digest]) {
      const answer = await it_.get(`blob/${digest}`);
      expect(answer.status).toBe(200);
      expect(await sha256(answer.bytes)).toBe(digest);
      expect(answer.headers["x-size"]).toBe(String(answer.bytes.length));
    }
  });

  it("that no image has are not fetched from anywhere", async () => {
    expect((await it_.get(`blob/sha256:${"0".repeat(64)}`)).status).toBe(404);
    expect((await it_.get("blob/..%2f..%2fetc")).status).toBe(400);
  });
});

describe("a container", () => {
  it("tells its changes with what lies in the upperdir", async () => {
    it_.changes.push({ path: "/etc/passwd", kind: "deleted" }, { path: "/new", kind: "added" });
    const common = { mode: 0o644, uid: 0, gid: 0, mtime: 5, target: undefined };
    it_.upper.set("/etc/passwd", { ...common, kind: "character", size: 0, device: { major: 0, minor: 0 } });
    it_.upper.set("/new", { ...common, kind: "file", size: 7 });
    const reading = decodeReading((await it_.get(`containers/${it_.container.id}`)).json());
    expect(reading.changes.map(({ path, upper }) => [path, upper?.kind, upper?.size])).toEqual([
      ["/etc/passwd", "whiteout", 0],
      ["/new", "file", 7],
    ]);
    expect(reading.upperDir).toBe(`/upper/${it_.container.id}`);
  });

  it("with hundreds of changes looks at a part of them each time, until all are known", async () => {
    for (let i = 0; i < 500; i++) it_.changes.push({ path: `/${i}`, kind: "added" });
    const known = async () =>
      decodeReading((await it_.get(`containers/${it_.container.id}`)).json()).changes.filter(({ read }) => read).length;
    expect([await known(), await known(), await known()]).toEqual([200, 400, 500]);
  });

  it("looks again at a name whose change is another", async () => {
    const common = { mode: 0o644, uid: 0, gid: 0, size: 0, mtime: 5, target: undefined };
    const upper = async () => decodeReading((await it_.get(`containers/${it_.container.id}`)).json()).changes[0]?.upper;
    it_.changes.push({ path: "/x", kind: "deleted" });
    it_.upper.set("/x", { ...common, kind: "character", device: { major: 0, minor: 0 } });
    expect(await upper()).toMatchObject({ kind: "whiteout" });
    it_.changes[0] = { path: "/x", kind: "modified" };
    it_.upper.set("/x", { ...common, kind: "file", size: 3 });
    expect(await upper()).toMatchObject({ kind: "file", size: 3 });
  });

  it("gives a file of its writable layer", async () => {
    const common = { kind: "file", mode: 0o644, uid: 0, gid: 0, mtime: 5, target: undefined } as const;
    it_.upper.set("/a b&c", { ...common, size: 10 });
    it_.upper.set("/huge", { ...common, size: 5e6 });
    const answer = await it_.get(`containers/${it_.container.id}/content?path=${encodeURIComponent("/a b&c")}`);
    expect(new TextDecoder().decode(answer.bytes)).toBe("content of /a b&c");
    expect((await it_.get(`containers/${it_.container.id}/content?path=/huge`)).status).toBe(409);
    expect((await it_.get(`containers/${it_.container.id}/content?path=/none`)).status).toBe(404);
    expect((await it_.get("containers/none")).status).toBe(404);
  });
});

it("only reads", async () => {
  expect((await it_.get("images", "POST")).status).toBe(400);
  expect((await it_.get("nothing")).status).toBe(404);
  expect((await it_.get("blob/%ff")).status).toBe(400);
});
