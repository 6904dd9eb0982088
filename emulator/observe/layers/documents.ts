import { parseImageConfig, parseIndex, parseManifest } from "../../image/document.ts";
import type { Descriptor } from "../../spec/oci-image.ts";
import type { ImageDocuments } from "./facts.ts";
import { count, shortDigest, sizeText } from "./size.ts";

/** One thing an image is made of, as the OCI image specification names it. */
export interface DocumentPart {
  readonly kind: "index" | "manifest" | "config" | "layer";
  readonly title: string;
  readonly mediaType: string;
  /** Undefined for the index: a layout's `index.json` is found by its name. */
  readonly digest: string | undefined;
  /** Bytes. */
  readonly size: number;
  /** The document, byte for byte; undefined for a layer. */
  readonly text: string | undefined;
  /** Of a layer. */
  readonly diffId: string | undefined;
}

export interface DocumentsView {
  readonly parts: readonly DocumentPart[];
  /** Where the documents come from. */
  readonly origin: string;
  readonly question: string;
  readonly answer: string;
}

/** Throws InvalidDocument. */
export function documentsView(name: string, documents: ImageDocuments): DocumentsView {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const index = bytes(documents.index);
  const manifest = parseManifest(bytes(documents.manifest.text));
  const config = parseImageConfig(bytes(documents.config.text));
  const entry = parseIndex(index).manifests.find(({ digest }) => digest === documents.manifest.digest);
  const parts: DocumentPart[] = [
    {
      kind: "index",
      title: "Index",
      mediaType: "application/vnd.oci.image.index.v1+json",
      digest: undefined,
      size: index.length,
      text: documents.index,
      diffId: undefined,
    },
    {
      kind: "manifest",
      title: "Manifest",
      mediaType: manifest.mediaType ?? entry?.mediaType ?? "",
      digest: documents.manifest.digest,
      size: bytes(documents.manifest.text).length,
      text: documents.manifest.text,
      diffId: undefined,
    },
    { ...ofBlob("config", "Config", manifest.config), text: documents.config.text },
    ...manifest.layers.map((layer, i) => ({
      ...ofBlob("layer", `Layer ${i + 1}`, layer),
      diffId: config.rootfs.diff_ids[i],
    })),
  ];
  const blobs = manifest.layers.reduce((sum, { size }) => sum + size, 0);
  return {
    parts,
    origin:
      documents.origin === "registry"
        ? "The index and the manifest are the registry's, as they were pulled."
        : "This image was made here and never pushed: its index and manifest are made as docker save makes them, with layers uncompressed.",
    question: `Which documents make ${name}?`,
    answer: `The manifest names 1 config and ${count(manifest.layers.length, "layer")} by digest, ${sizeText(blobs)} of blobs.`,
  };
}

function ofBlob(kind: "config" | "layer", title: string, { mediaType, digest, size }: Descriptor): DocumentPart {
  return { kind, title, mediaType, digest, size, text: undefined, diffId: undefined };
}

/** A document for reading: indented, and cut where a digest stands, so that it can be clicked. */
export interface DocumentPiece {
  readonly text: string;
  readonly digest: boolean;
}

export function documentPieces(text: string): DocumentPiece[] {
  const pieces: DocumentPiece[] = [];
  let at = 0;
  const readable = indented(text);
  for (const match of readable.matchAll(/sha256:[0-9a-f]{64}/g)) {
    if (match.index > at) pieces.push({ text: readable.slice(at, match.index), digest: false });
    pieces.push({ text: match[0], digest: true });
    at = match.index + match[0].length;
  }
  if (at < readable.length) pieces.push({ text: readable.slice(at), digest: false });
  return pieces;
}

function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

export function documentsText(view: DocumentsView): string {
  const lines = view.parts.map(
    ({ title, digest, size, mediaType, diffId }) =>
      `${title.padEnd(9)} ${(digest === undefined ? "index.json" : shortDigest(digest)).padEnd(12)}  ${sizeText(size).padStart(8)}  ${mediaType}${diffId === undefined ? "" : `  diff ID ${shortDigest(diffId)}`}`,
  );
  return [view.question, view.answer, view.origin, "", ...lines, ""].join("\n");
}
