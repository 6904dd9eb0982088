import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import type { ImageConfig } from "../spec/oci-image.ts";
import { type ArchivedImage, ArchiveFileMissing, readArchive } from "./archive-read.ts";
import { type ImageToArchive, writeArchive } from "./archive-write.ts";
import { DigestMismatch, sha256 } from "./digest.ts";
import { InvalidDocument, parseIndex } from "./document.ts";
import { fetchBlob, findImage, imagesOf, ImageNotInLayout, type LayoutSource, resolveImage } from "./layout.ts";
import { appendLayer, emptyImage, encodeConfig, encodeDocument } from "./mutate.ts";
import { parseReference } from "./reference.ts";
import { TarError, tarHeader } from "./tar/entry.ts";
import { readTar } from "./tar/read.ts";
import { writeTar } from "./tar/write.ts";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const tarOf = (files: Record<string, Uint8Array>): Uint8Array =>
  writeTar(Object.entries(files).map(([name, content]) => ({ header: tarHeader(name, "file"), content })));
const layers = ["one", "two"].map((name) => tarOf({ [name]: text(name) }));
const signal = new AbortController().signal;
const platform = { architecture: "386", os: "linux" };

let diffIds: string[];
let config: ImageConfig;
let image: ImageToArchive;
beforeAll(async () => {
  diffIds = await Promise.all(layers.map(sha256));
  config = diffIds.reduce((base, id) => appendLayer(base, id, { created_by: "x" }), emptyImage("386", "linux"));
  image = { config, configBytes: (await encodeConfig(config)).bytes, repoTags: ["app:1", "app:2"] };
});

async function save(...images: ImageToArchive[]): Promise<Uint8Array> {
  const parts = [];
  const layer = (diffId: string) => Promise.resolve(layers[diffIds.indexOf(diffId)] ?? new Uint8Array());
  for await (const part of writeArchive(images, layer)) parts.push(part);
  return Buffer.concat(parts);
}

async function expectImage(loaded: ArchivedImage | undefined, repoTags: readonly string[]): Promise<void> {
  expect(loaded?.repoTags).toEqual(repoTags);
  expect(loaded?.config).toEqual(config);
  expect(loaded?.id).toBe(await sha256(image.configBytes));
  for (const [i, layer] of layers.entries()) {
    expect(Buffer.compare((await loaded?.layer(i)) ?? new Uint8Array(), layer)).toBe(0);
  }
}

describe("an archive of ours", () => {
  it("is read back, also when gzipped", async () => {
    const bytes = await save(image);
    const [loaded, ...others] = await readArchive(bytes);
    expect(others).toEqual([]);
    await expectImage(loaded, image.repoTags);
    await expectImage((await readArchive(gzipSync(bytes)))[0], image.repoTags);
  });

  it("has Docker's files in Docker's order, and the same bytes each time", async () => {
    const bytes = await save(image, { ...image, repoTags: [] });
    const files = new Map([...readTar(bytes)].map((entry) => [entry.name, new TextDecoder().decode(entry.content)]));
    const blobs = [...files.keys()].filter((name) => name.startsWith("blobs/sha256/") && !name.endsWith("/"));
    expect(blobs.length).toBe(4);
    expect([...files.keys()].slice(-4)).toEqual(["index.json", "manifest.json", "oci-layout", "repositories"]);
    expect(files.get("manifest.json")).toContain('"RepoTags":["app:1","app:2"]');
    expect(files.get("manifest.json")).toContain('"RepoTags":null');
    expect(JSON.parse(files.get("repositories") ?? "")).toEqual({
      app: { "1": diffIds[1]?.slice(7), "2": diffIds[1]?.slice(7) },
    });
    expect(Buffer.compare(await save(image, { ...image, repoTags: [] }), bytes)).toBe(0);
  });

  it("is an OCI image layout too", async () => {
    const files = Object.fromEntries([...readTar(await save(image))].map((entry) => [entry.name, entry.content]));
    delete files["manifest.json"];
    const layout = tarOf(Object.fromEntries(Object.entries(files).filter(([name]) => !name.endsWith("/"))));
    const loaded = await readArchive(layout);
    expect(loaded.flatMap(({ repoTags }) => repoTags)).toEqual(["docker.io/library/app:1", "docker.io/library/app:2"]);
    await expectImage(loaded[0], ["docker.io/library/app:1"]);
  });
});

describe("an archive of before 2023", () => {
  const old = (change: Record<string, Uint8Array> = {}): Uint8Array =>
    tarOf({
      "c.json": image.configBytes,
      "1/layer.tar": layers[0] ?? new Uint8Array(),
      "2/layer.tar": gzipSync(layers[1] ?? new Uint8Array()),
      "manifest.json": text('[{"Config":"c.json","RepoTags":["app:1"],"Layers":["1/layer.tar","2/layer.tar"]}]'),
      ...change,
    });

  it("has a folder for each layer", async () => {
    await expectImage((await readArchive(old()))[0], ["app:1"]);
  });

  it("may link layers that are the same", async () => {
    const twice = appendLayer(config, diffIds[0] ?? "", {});
    const tar = writeTar([
      { header: tarHeader("c.json", "file"), content: encodeDocument(twice) },
      { header: tarHeader("1/layer.tar", "file"), content: layers[0] ?? new Uint8Array() },
      { header: tarHeader("2/layer.tar", "file"), content: layers[1] ?? new Uint8Array() },
      { header: tarHeader("3/layer.tar", "symlink", { linkName: "../1/layer.tar" }) },
      {
        header: tarHeader("manifest.json", "file"),
        content: text('[{"Config":"c.json","RepoTags":null,"Layers":["1/layer.tar","2/layer.tar","3/layer.tar"]}]'),
      },
    ]);
    const [loaded] = await readArchive(tar);
    expect(Buffer.compare((await loaded?.layer(2)) ?? new Uint8Array(), layers[0] ?? new Uint8Array())).toBe(0);
  });

  it("is refused when something is missing, wrong or not an archive", async () => {
    await expect(readArchive(text("junk\n"))).rejects.toThrow(new TarError("unexpected EOF"));
    await expect(readArchive(new Uint8Array())).rejects.toThrow(new ArchiveFileMissing("repositories"));
    await expect(readArchive(tarOf({ x: text("") }))).rejects.toThrow("open repositories: no such file or directory");
    await expect(readArchive(old({ "manifest.json": text("{}") }))).rejects.toThrow(InvalidDocument);
    await expect(readArchive(old({ "manifest.json": text("[") }))).rejects.toThrow(InvalidDocument);
    await expect(readArchive(old({ "manifest.json": text('[{"Config":"d.json","Layers":[]}]') }))).rejects.toThrow(
      new ArchiveFileMissing("d.json"),
    );
    await expect(readArchive(old({ "manifest.json": text('[{"Config":"c.json","Layers":[]}]') }))).rejects.toThrow(
      "layers length mismatch: expected 2, got 0",
    );
    const [loaded] = await readArchive(old({ "1/layer.tar": layers[1] ?? new Uint8Array() }));
    await expect(loaded?.layer(0)).rejects.toThrow(DigestMismatch);
  });
});

describe("an image layout", () => {
  const layoutOf = async (): Promise<{ source: LayoutSource; blobs: Map<string, Uint8Array>; index: Uint8Array }> => {
    const files = new Map([...readTar(await save(image))].map((entry) => [entry.name, entry.content]));
    const blobs = new Map(
      [...files].flatMap(([name, content]): [string, Uint8Array][] =>
        name.startsWith("blobs/sha256/") ? [[`sha256:${name.slice("blobs/sha256/".length)}`, content]] : [],
      ),
    );
    const manifests = parseIndex(files.get("index.json") ?? new Uint8Array()).manifests.map((descriptor, i) => ({
      ...descriptor,
      annotations: { "org.opencontainers.image.ref.name": i === 0 ? "docker.io/library/app:latest" : "not a Name" },
    }));
    const index = encodeDocument({ schemaVersion: 2, manifests });
    const source: LayoutSource = {
      index: () => Promise.resolve(index),
      blob: (digest) => {
        const bytes = blobs.get(digest);
        if (bytes === undefined) return Promise.reject(new Error(`no blob ${digest}`));
        const half = Math.floor(bytes.length / 2);
        return Promise.resolve({
          size: bytes.length,
          body: new ReadableStream<Uint8Array>({
            start(controller) {
              controller.enqueue(bytes.subarray(0, half));
              controller.enqueue(bytes.subarray(half));
              controller.close();
            },
          }),
        });
      },
    };
    return { source, blobs, index };
  };

  it("names its images by annotation, and finds them by tag and by digest", async () => {
    const { index, source } = await layoutOf();
    const parsed = parseIndex(index);
    expect(imagesOf(parsed).length).toBe(1);
    const digest = parsed.manifests[0]?.digest ?? "";
    for (const name of ["app", "app:latest", `app@${digest}`, "docker.io/library/app"]) {
      expect(findImage(parsed, parseReference(name)).digest).toBe(digest);
    }
    for (const name of ["app:2", "other", `app@sha256:${"0".repeat(64)}`, `other@${digest}`]) {
      expect(() => findImage(parsed, parseReference(name))).toThrow(ImageNotInLayout);
    }
    const resolved = await resolveImage(source, parseReference("app"), platform, signal);
    expect(resolved.config).toEqual(config);
    expect(resolved.descriptor.digest).toBe(digest);
    expect(await sha256(resolved.manifestBytes)).toBe(digest);
  });

  it("may hold one image for several platforms", async () => {
    const { blobs, index, source } = await layoutOf();
    const [descriptor] = parseIndex(index).manifests;
    if (descriptor === undefined) throw new Error("no image");
    const { annotations, ...bare } = descriptor;
    const list = encodeDocument({
      schemaVersion: 2,
      manifests: [
        { ...bare, digest: `sha256:${"1".repeat(64)}`, platform: { architecture: "amd64", os: "linux" } },
        { ...bare, platform },
      ],
    });
    const digest = await sha256(list);
    blobs.set(digest, list);
    const mediaType = "application/vnd.oci.image.index.v1+json";
    const outer = encodeDocument({
      schemaVersion: 2,
      manifests: [{ mediaType, digest, size: list.length, annotations }],
    });
    const nested = { ...source, index: () => Promise.resolve(outer) };
    expect((await resolveImage(nested, parseReference("app"), platform, signal)).config).toEqual(config);
    await expect(
      resolveImage(nested, parseReference("app"), { architecture: "arm64", os: "linux" }, signal),
    ).rejects.toThrow("no matching manifest for linux/arm64");
  });

  it("is believed only as far as sizes and digests hold", async () => {
    const { source, blobs } = await layoutOf();
    const digest = diffIds[0] ?? "";
    const layer = blobs.get(digest) ?? new Uint8Array();
    const descriptor = { mediaType: "", digest, size: layer.length };
    const seen: number[] = [];
    await fetchBlob(source, descriptor, signal, (received) => seen.push(received));
    expect(seen).toEqual([layer.length / 2, layer.length]);
    await expect(fetchBlob(source, { ...descriptor, size: 10 }, signal)).rejects.toThrow(InvalidDocument);
    await expect(fetchBlob(source, { ...descriptor, size: 1e6 }, signal)).rejects.toThrow(InvalidDocument);
    blobs.set(
      digest,
      layer.map((byte, i) => (i === 600 ? byte ^ 1 : byte)),
    );
    await expect(fetchBlob(source, descriptor, signal)).rejects.toThrow(DigestMismatch);
    await expect(fetchBlob(source, descriptor, AbortSignal.abort())).rejects.toThrow();
  });
});
