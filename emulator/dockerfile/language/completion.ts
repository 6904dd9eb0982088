import type { Edit } from "./position.ts";

export type CompletionKind =
  "instruction" | "keyword" | "flag" | "value" | "stage" | "image" | "variable" | "file" | "folder" | "directive";

export interface Completion {
  readonly label: string;
  readonly kind: CompletionKind;
  /** What it does to the text: the range ends where the cursor is. */
  readonly edit: Edit;
  /** The edit's text is a snippet: `$1`, `${1:default}`, `$0`; a dollar of its own is `\$`. */
  readonly snippet: boolean;
  /** A few words beside the label. */
  readonly detail?: string;
  /** Sentences, and an example. */
  readonly documentation?: { readonly body: string; readonly example: string };
  /** Another completion should be asked for at once: the word has just begun. */
  readonly more?: boolean;
}

/** What the editor knows of the world around the Dockerfile. */
export interface World {
  /** Names of images that are there, without tags: `busybox`. */
  readonly images: readonly string[];
  /** Tags of one of them. */
  readonly tags: (image: string) => readonly string[];
  /** Names in a folder of the build context; folders end in `/`. `""` is the context itself. */
  readonly paths: (folder: string) => readonly string[];
}

/** A completion without its place. */
export type Offer = Omit<Completion, "edit" | "snippet"> & {
  /** The label, when it is left out. */
  readonly text?: string;
  readonly snippet?: true;
};

/** Offers in place of the last `typed` characters before the cursor. */
export interface Offers {
  readonly typed: string;
  readonly offers: readonly Offer[];
}
