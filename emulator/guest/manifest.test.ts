import { createHash } from "node:crypto";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { readLock, upstreamVersion } from "./lock.ts";
import { guest, problems, publicFolder, readManifest } from "./manifest.ts";

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

describe("what is committed", () => {
  test("artifacts and recipes are those of the manifest (else run: npm run guest)", () => {
    expect(problems()).toEqual([]);
  });

  test("packages have the versions of the lock", () => {
    const lock = readLock(guest);
    const taken = readManifest().parts.flatMap(({ packages }) => packages);
    expect(taken.length).toBeGreaterThan(100);
    for (const { kind, name, version } of taken)
      expect(lock).toContainEqual(expect.objectContaining({ kind, name, version }));
  });

  test("nothing is locked that nothing takes", () => {
    const taken = new Set(
      readManifest().parts.flatMap(({ packages }) => packages.map(({ kind, name }) => `${kind} ${name}`)),
    );
    expect(readLock(guest).filter(({ kind, name }) => !taken.has(`${kind} ${name}`))).toEqual([]);
  });

  test("public/ stays below 64 MB", () => {
    const size = (path: string): number =>
      statSync(path).isDirectory()
        ? readdirSync(path).reduce((sum, name) => sum + size(join(path, name)), 0)
        : statSync(path).size;
    expect(size(publicFolder)).toBeLessThan(64_000_000);
  });

  test("every licence has its text or its address", () => {
    const texts = readFileSync(join(publicFolder, "machine", "LICENSES", "README.md"), "utf8");
    for (const { name } of readManifest().parts) expect(texts).toContain(`\`${name}\``);
  });
});

describe("the kernel", () => {
  const lines = (file: string) => readFileSync(join(guest, "kernel", file), "utf8").split("\n");
  const built = new Set(lines("kernel.built.config"));
  const wanted = lines("kernel.config").filter((line) => line.startsWith("CONFIG_"));

  test.each(wanted)("%s", (line) => {
    const name = line.slice(0, line.indexOf("="));
    if (line.endsWith("=n")) expect([...built].filter((each) => each.startsWith(`${name}=`))).toEqual([]);
    else expect(built).toContain(line);
  });

  test("every line of the wish list is an option, a reason or nothing", () => {
    for (const line of lines("kernel.config")) expect(line).toMatch(/^(CONFIG_[A-Z0-9_]+=\S+|#.*|)$/);
  });
});

describe("the registry", () => {
  const digest = v.pipe(v.string(), v.regex(/^sha256:[0-9a-f]{64}$/));
  const descriptor = v.object({
    mediaType: v.string(),
    digest,
    size: v.number(),
    annotations: v.optional(v.record(v.string(), v.string())),
  });
  const index = v.object({ schemaVersion: v.literal(2), manifests: v.array(descriptor) });
  const manifest = v.object({ config: descriptor, layers: v.array(descriptor) });
  const config = v.object({
    architecture: v.literal("386"),
    os: v.literal("linux"),
    rootfs: v.object({ diff_ids: v.array(digest) }),
  });
  const registry = join(publicFolder, "registry");
  const blob = (each: { digest: string; size: number }): Buffer => {
    const bytes = readFileSync(join(registry, "blobs", "sha256", each.digest.slice("sha256:".length)));
    expect(`sha256:${sha256(bytes)}`).toBe(each.digest);
    expect(bytes.length).toBe(each.size);
    return bytes;
  };
  const { manifests } = v.parse(index, JSON.parse(readFileSync(join(registry, "index.json"), "utf8")));
  const names = manifests.map(({ annotations }) => annotations?.["org.opencontainers.image.ref.name"] ?? "");

  test("is an OCI image layout", () => {
    expect(JSON.parse(readFileSync(join(registry, "oci-layout"), "utf8"))).toEqual({ imageLayoutVersion: "1.0.0" });
  });

  test("names are whole references, each once", () => {
    for (const name of names) expect(name).toMatch(/^docker\.io\/library\/[a-z-]+:[a-z0-9.-]+$/);
    expect(new Set(names).size).toBe(names.length);
    for (const wanted of ["busybox", "hello-world", "nginx", "python", "redis"])
      expect(names).toContain(`docker.io/library/${wanted}:latest`);
    expect(names).toContain("docker.io/library/debian:12-slim");
  });

  test("digests, sizes and diff ids are right, and no blob is left over", () => {
    const named = new Set<string>();
    for (const each of manifests) {
      if (named.has(each.digest)) continue;
      const { config: configuration, layers } = v.parse(manifest, JSON.parse(blob(each).toString()));
      const { rootfs } = v.parse(config, JSON.parse(blob(configuration).toString()));
      expect(rootfs.diff_ids.length).toBe(layers.length);
      layers.forEach((layer, i) => {
        if (!named.has(layer.digest)) expect(`sha256:${sha256(gunzipSync(blob(layer)))}`).toBe(rootfs.diff_ids[i]);
      });
      for (const { digest: name } of [each, configuration, ...layers]) named.add(name);
    }
    const left = readdirSync(join(registry, "blobs", "sha256")).filter((hex) => !named.has(`sha256:${hex}`));
    expect(left).toEqual([]);
  });
});

test.each([
  ["1:1.35.0-4+deb12u1+b1", "1.35.0"],
  ["12.4+deb12u12", "12.4"],
  ["5:7.0.15-1~deb12u7", "7.0.15"],
  ["3.11.2-6+deb12u8", "3.11.2"],
])("the upstream version of %s is %s", (version, upstream) => {
  expect(upstreamVersion(version)).toBe(upstream);
});
