import { describe, expect, it } from "vitest";
import type { Registry } from "../../emulator/index.ts";
import { LessonRegistry } from "./supply.ts";

const digests = {
  busybox: `sha256:${"b".repeat(64)}`,
  nginx: `sha256:${"e".repeat(64)}`,
  layer: `sha256:${"a".repeat(64)}`,
};
const manifest = (name: string, digest: string) => ({
  mediaType: "application/vnd.oci.image.manifest.v1+json",
  digest,
  size: 1,
  annotations: { "org.opencontainers.image.ref.name": `docker.io/library/${name}` },
});
const index = {
  schemaVersion: 2,
  manifests: [
    manifest("busybox:latest", digests.busybox),
    manifest("busybox:1.35", digests.busybox),
    manifest("nginx:latest", digests.nginx),
  ],
};
const whole: Registry = {
  index: () => Promise.resolve(new TextEncoder().encode(JSON.stringify(index))),
  blob: () => Promise.resolve({ size: 0, body: new Blob([]).stream() }),
};
const signal = new AbortController().signal;

describe("the registry of a lesson", () => {
  const registry = () => new LessonRegistry(whole, { id: "05-data/01-volumes", images: ["busybox"] });

  it("has the images it names, by any of their tags, and every layer", async () => {
    const named = registry();
    await named.blob(digests.busybox, signal);
    await named.blob(digests.layer, signal);
    expect([...named.refused]).toEqual([]);
  });

  it("refuses any other, and says whose lesson asked for what", async () => {
    const named = registry();
    await expect(named.blob(digests.nginx, signal)).rejects.toThrow("05-data/01-volumes uses the image nginx");
    expect([...named.refused]).toEqual(["nginx"]);
  });

  it("lets a save read what it need not keep", async () => {
    const named = registry();
    await named.duringSave(() => named.blob(digests.nginx, signal));
    expect([...named.refused]).toEqual([]);
    await expect(named.blob(digests.nginx, signal)).rejects.toThrow("nginx");
  });
});
