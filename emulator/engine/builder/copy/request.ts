import type { FileTree } from "../../../image/file-tree.ts";
import type { Digest } from "../../../spec/oci-image.ts";
import type { ContentDigests } from "../context/content-digests.ts";

/** Whose semantics: they differ in wildcards, owners, in what replaces what, and in the words of errors. */
export type CopyMode = "buildkit" | "classic";

/** One path of a COPY or ADD, variables expanded, and the tree that it is looked up in. */
export interface CopySource {
  readonly tree: FileTree;
  readonly pattern: string;
  /** What BuildKit's error names it by: `failed to calculate checksum of ref REF: "/x": not found`. */
  readonly ref: string;
}

export interface CopyRequest {
  readonly instruction: "COPY" | "ADD";
  readonly mode: CopyMode;
  /** The sources are another stage's or image's (`--from`), not the build context's. */
  readonly from: boolean;
  readonly sources: readonly CopySource[];
  /** Heredocs, variables expanded. */
  readonly inline: readonly { readonly name: string; readonly content: string }[];
  readonly destination: string;
  /** Absolute. */
  readonly workdir: string;
  /** What is copied into. Asked for by `copyLayer` alone, and not for `link`. */
  readonly rootfs: () => Promise<FileTree>;
  /** `user`, `user:group`, numbers or names. */
  readonly chown?: string | undefined;
  /** Octal or symbolic. */
  readonly chmod?: string | undefined;
  readonly link?: boolean;
  readonly parents?: boolean;
  readonly exclude?: readonly string[];
  /** `auto`: ADD unpacks archives, COPY does not. */
  readonly unpack?: "auto" | boolean;
  /** Of directories that are made, and of inline files: seconds since the epoch. */
  readonly timestamp: number;
}

export interface CopyLayer {
  /** Uncompressed; undefined when nothing was copied (a wildcard without a match). */
  readonly tar: Uint8Array | undefined;
  /** Bytes of its files, hard links once. */
  readonly size: number;
  /** The tree with the layer on it; for `link` that of the layer alone. */
  readonly tree: FileTree;
}

export interface CopyKey {
  /** The same for the same files at the same places, times aside, and the same options. */
  readonly digest: Digest;
  /** Path in the source (`src/app.js`) to 12 digits that change with kind, mode, owner, link, attributes or content. */
  readonly files: ReadonlyMap<string, string>;
  /** `file:…`, `dir:…`, `multi:…`: what the classic builder writes into history. */
  readonly sourceHash: string;
}

export interface CopyKeyOptions {
  /** Digests of contents that are known already. */
  readonly digests?: ContentDigests;
}

/** A COPY or ADD that cannot be done; the message is the builder's own. */
export class CopyError extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "CopyError";
  }
}
