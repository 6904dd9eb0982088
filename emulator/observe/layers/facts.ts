import type { ImageConfig } from "../../spec/oci-image.ts";

/** What the page is told of images and containers, as it comes through `/inside/layers/`: plain data. */

/** One image of many: enough to choose it, and to see which others share its layers. */
export interface ImageBrief {
  /** `sha256:…`, the digest of its configuration. */
  readonly id: string;
  /** Tags as people write them: `busybox:latest`. */
  readonly references: readonly string[];
  /** Base first. */
  readonly diffIds: readonly string[];
}

export interface ImageFacts extends ImageBrief {
  readonly config: ImageConfig;
  readonly layers: readonly LayerFacts[];
}

export interface LayerFacts {
  readonly diffId: string;
  readonly chainId: string;
  /** Of the blob as a registry serves it; undefined for a layer that came from none. */
  readonly digest: string | undefined;
  /** Bytes of that blob. */
  readonly blobSize: number | undefined;
  /** Bytes of the layer's files, as `docker history` counts them. */
  readonly size: number;
  /** Bytes of the uncompressed tar. */
  readonly tarSize: number;
}

export type EntryKind = "file" | "directory" | "symlink" | "character" | "block" | "fifo" | "whiteout";

/** One name of a layer. */
export interface LayerEntry {
  /** `etc/passwd`: no slash at either end. Bytes that are not UTF-8 are lone surrogates (see `image/tar/name.ts`). */
  readonly path: string;
  readonly kind: EntryKind;
  /** Permission bits with setuid, setgid and sticky. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes of content; 0 for all but files, and for every further name of a hard link. */
  readonly size: number;
  /** Seconds since the epoch. */
  readonly mtime: number;
  /** Of a symlink where it leads; of a further hard link the name that came first. */
  readonly target?: string;
  /** A directory that hides what lower layers have in it. */
  readonly opaque?: true;
  /** The inode's number in its layer: content is asked for by it. */
  readonly node: number;
}

export interface LayerListing {
  readonly diffId: string;
  /** Directories before what is in them. */
  readonly entries: readonly LayerEntry[];
  /** How many more there are than are listed. */
  readonly left: number;
}

/** A name in a container's upperdir that differs from the image, as `docker diff` sees it. */
export interface UpperChange {
  /** `/etc/passwd` */
  readonly path: string;
  readonly change: "modified" | "added" | "deleted";
  /** Whether the name was looked at in the upperdir itself: not yet, where very many changed at once. */
  readonly read: boolean;
  /** What lies in the upperdir under that name; undefined where nothing does, or where it was not looked at. */
  readonly upper: UpperFile | undefined;
}

export interface UpperFile {
  readonly kind: "file" | "directory" | "symlink" | "character" | "block" | "fifo" | "socket" | "whiteout";
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly mtime: number;
  readonly target?: string;
}

export interface ContainerBrief {
  readonly id: string;
  readonly name: string;
  readonly imageId: string;
  readonly running: boolean;
}

/** A container's writable layer at one moment. */
export interface UpperReading {
  readonly container: ContainerBrief;
  /** Diff ids of its image, base first. */
  readonly diffIds: readonly string[];
  /** Real paths in the guest. */
  readonly lowerDirs: readonly string[];
  readonly upperDir: string;
  readonly workDir: string;
  readonly mergedDir: string;
  /** Sorted by path. */
  readonly changes: readonly UpperChange[];
}

/** The documents that make an image, byte for byte as text. */
export interface ImageDocuments {
  /** `registry`: as it was pulled. `built`: made here, in the way `docker save` makes it. */
  readonly origin: "registry" | "built";
  readonly index: string;
  readonly manifest: { readonly digest: string; readonly text: string };
  readonly config: { readonly digest: string; readonly text: string };
}
