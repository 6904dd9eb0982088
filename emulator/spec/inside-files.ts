/** Answers below `/inside/files/`: files of the guest as the page's editor sees them. Paths are absolute and normalised. */

export type EntryKind = "file" | "directory" | "other";

export interface FolderEntry {
  readonly name: string;
  /** A symlink counts as what it leads to; one that leads nowhere is `other`. */
  readonly kind: EntryKind;
  readonly symlink: boolean;
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly mtime: number;
  /** Of a file: what `write` compares. */
  readonly version: string;
}

/** `GET list?path=…&path=…`, one for each path, in their order. */
export type FolderListing =
  | { readonly path: string; readonly entries: readonly FolderEntry[]; readonly more: number }
  | { readonly path: string; readonly missing: true };

/** `GET read?path=…` */
export type FileContent =
  | { readonly kind: "text"; readonly text: string; readonly version: string }
  | { readonly kind: "binary"; readonly size: number; readonly version: string }
  | { readonly kind: "large"; readonly size: number; readonly version: string };

/**
 * `POST write?path=…&version=…` with the bytes as body. Without a version whatever is there is overwritten; with `new`
 * nothing may be there. 409 carries the version that is there now, or null; so does a
 * write that failed and was taken back.
 */
export interface WrittenFile {
  readonly version: string;
}

/** `GET shell?name=…`: where a terminal's shell stands. */
export interface ShellPlace {
  readonly folder: string;
  /** It waits for a command; otherwise something runs in its foreground. */
  readonly idle: boolean;
}

/** Files up to this size open in the editor. */
export const largestText = 2 * 1024 * 1024;
