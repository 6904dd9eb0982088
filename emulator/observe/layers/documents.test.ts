import { describe, expect, it } from "vitest";
import { InvalidDocument } from "../../image/document.ts";
import { documentPieces, documentsText, documentsView } from "./documents.ts";
import { digestOf } from "./testing/fixtures.ts";

const config = { digest: digestOf("c"), mediaType: "application/vnd.oci.image.config.v1+json", size: 120 };
const layer = { digest: digestOf("a"), mediaType: "application/vnd.oci.image.layer.v1.tar+gzip", size: 4000 };
const manifest = JSON.stringify({
  schemaVersion: 2,
  mediaType: "application/vnd.oci.image.manifest.v1+json",
  config,
  layers: [layer],
});
const documents = {
  origin: "registry" as const,
  index: JSON.stringify({
    schemaVersion: 2,
    manifests: [
      { digest: digestOf("b"), mediaType: "application/vnd.oci.image.manifest.v1+json", size: manifest.length },
    ],
  }),
  manifest: { digest: digestOf("b"), text: manifest },
  config: {
    digest: config.digest,
    text: JSON.stringify({ architecture: "386", os: "linux", rootfs: { type: "layers", diff_ids: [digestOf("1")] } }),
  },
};

describe("documentsView", () => {
  it("is the chain from index to layers", async () => {
    const view = documentsView("busybox:latest", documents);
    expect(view.parts.map(({ kind }) => kind)).toEqual(["index", "manifest", "config", "layer"]);
    expect(view.parts[3]?.diffId).toBe(digestOf("1"));
    await expect(documentsText(view)).toMatchFileSnapshot("testdata/documents.txt");
  });

  it("says when the documents were made here", () => {
    expect(documentsView("app", { ...documents, origin: "built" }).origin).toContain("as docker save makes them");
  });

  it("refuses what is no manifest", () => {
    const broken = { ...documents, manifest: { digest: digestOf("b"), text: "<html>" } };
    expect(() => documentsView("x", broken)).toThrow(InvalidDocument);
  });
});

describe("documentPieces", () => {
  it("cuts a document where digests stand, and loses nothing", () => {
    const pieces = documentPieces(manifest);
    expect(pieces.filter(({ digest }) => digest).map(({ text }) => text)).toEqual([config.digest, layer.digest]);
    expect(pieces.map(({ text }) => text).join("")).toBe(JSON.stringify(JSON.parse(manifest), null, 2));
  });

  it("shows what is no JSON as it is", () => {
    expect(documentPieces("<script>")).toEqual([{ text: "<script>", digest: false }]);
  });
});
