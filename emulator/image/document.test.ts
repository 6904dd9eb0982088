import { describe, expect, it } from "vitest";
import type { ImageConfig } from "../spec/oci-image.ts";
import { InvalidDocument, parseImageConfig, parseIndex, parseManifest } from "./document.ts";
import { appendEmptyLayer, appendLayer, emptyImage, encodeConfig, encodeDocument, setConfig } from "./mutate.ts";

const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const digest = `sha256:${"a".repeat(64)}`;
const descriptor = { mediaType: "application/vnd.oci.image.layer.v1.tar+gzip", digest, size: 5 };

describe("documents", () => {
  it("are taken as they are specified", () => {
    const manifest = { schemaVersion: 2, config: descriptor, layers: [descriptor], annotations: { a: "b" } } as const;
    expect(parseManifest(bytes(manifest))).toEqual(manifest);
    const index = { schemaVersion: 2, manifests: [{ ...descriptor, platform: { os: "linux", architecture: "386" } }] };
    expect(parseIndex(bytes(index))).toEqual(index);
  });

  it("of Docker have null for what is empty, and more fields than the specification", () => {
    const config = parseImageConfig(
      bytes({
        created: null,
        architecture: "386",
        os: "linux",
        container: "abc",
        config: {
          Hostname: "",
          Env: ["PATH=/bin"],
          Entrypoint: null,
          Cmd: "sh",
          Volumes: null,
          ExposedPorts: { "80/tcp": {} },
          Labels: null,
        },
        rootfs: { type: "layers", diff_ids: null },
        history: null,
      }),
    );
    expect(config).toEqual({
      architecture: "386",
      os: "linux",
      container: "abc",
      config: { Hostname: "", Env: ["PATH=/bin"], Cmd: ["sh"], ExposedPorts: { "80/tcp": {} } },
      rootfs: { type: "layers", diff_ids: [] },
    });
  });

  it.each<[string, (value: Uint8Array) => unknown, unknown]>([
    ["manifest: schemaVersion", parseManifest, { schemaVersion: 1, config: descriptor, layers: [] }],
    [
      "manifest: config.digest: not a sha256 digest",
      parseManifest,
      { schemaVersion: 2, config: { ...descriptor, digest: "x" }, layers: [] },
    ],
    [
      "manifest: layers.0.size",
      parseManifest,
      { schemaVersion: 2, config: descriptor, layers: [{ ...descriptor, size: -1 }] },
    ],
    ["index: manifests", parseIndex, { schemaVersion: 2 }],
    ["index: mediaType", parseIndex, { schemaVersion: 2, manifests: [], mediaType: "application/json" }],
    ["configuration: rootfs", parseImageConfig, { architecture: "386", os: "linux" }],
    ["configuration: config.Env", parseImageConfig, { ...emptyImage("386", "linux"), config: { Env: [1] } }],
    ["configuration: document", parseImageConfig, "text"],
  ])("that are wrong say where: %s", (message, parse, value) => {
    expect(() => parse(bytes(value))).toThrow(InvalidDocument);
    expect(() => parse(bytes(value))).toThrow(message);
  });

  it("that are no JSON are refused", () => {
    expect(() => parseIndex(new TextEncoder().encode("{"))).toThrow(InvalidDocument);
    expect(() => parseIndex(Uint8Array.of(0x22, 0xff, 0x22))).toThrow(InvalidDocument);
  });
});

describe("an image", () => {
  const base: ImageConfig = emptyImage("386", "linux");

  it("grows by layers and by steps without one, and is itself unchanged", () => {
    const one = appendLayer(base, digest, { created: "2026-01-01T00:00:00Z", created_by: "COPY" });
    const two = appendEmptyLayer(one, { created: "2026-01-02T00:00:00Z", created_by: "CMD" });
    expect(two).toMatchObject({
      created: "2026-01-02T00:00:00Z",
      rootfs: { diff_ids: [digest] },
      history: [{ created_by: "COPY" }, { created_by: "CMD", empty_layer: true }],
    });
    expect(setConfig(two, { Cmd: ["a"] }).config).toEqual({ Cmd: ["a"] });
    expect(base).toEqual(emptyImage("386", "linux"));
  });

  it("has the same id however its fields are ordered", async () => {
    const a = await encodeConfig(setConfig(setConfig(base, { User: "u" }), { Labels: { b: "1", a: "2" } }));
    const b = await encodeConfig({ ...setConfig(base, { Labels: { a: "2", b: "1" }, User: "u" }) });
    expect(a.id).toBe(b.id);
    expect(parseImageConfig(a.bytes).config).toEqual({ User: "u", Labels: { a: "2", b: "1" } });
    expect(new TextDecoder().decode(encodeDocument({ b: [{ d: 1, c: 2 }], a: null }))).toBe(
      '{"a":null,"b":[{"c":2,"d":1}]}',
    );
  });
});
