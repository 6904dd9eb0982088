import { contentOf, asText, type FileContent } from "../../emulator/observe/layers/content.ts";
import type { ImageFacts, LayerListing } from "../../emulator/observe/layers/facts.ts";
import { textDiff, type TextDiff } from "../../emulator/observe/layers/text-diff.ts";
import { fileSystem, layerTree, type FileNode, type TreeView } from "../../emulator/observe/layers/tree.ts";
import { firstExpanded } from "../../emulator/observe/layers/tree-rows.ts";
import { versionsView, type FileVersion, type VersionsView } from "../../emulator/observe/layers/versions.ts";
import { wasteView, type WasteView } from "../../emulator/observe/layers/waste.ts";
import type { LayersClient } from "./inside.ts";

/** A version's content as the page shows it. */
export interface ShownVersion {
  readonly version: FileVersion;
  readonly content: FileContent;
  readonly size: number;
  /** The text, when it is text and all of it is here. */
  readonly text: string | undefined;
}

/** One image, what is chosen in it, and what was read of it for that. */
export class ImageLayers {
  facts = $state.raw<ImageFacts | undefined>();
  listings = $state.raw<readonly LayerListing[]>([]);
  /** Index of the chosen layer. */
  layer = $state(0);
  mode = $state<"changes" | "files">("changes");
  query = $state("");
  expanded = $state.raw<ReadonlySet<string>>(new Set());
  /** The chosen file. */
  path = $state<string | undefined>();
  shown = $state.raw<ShownVersion | undefined>();
  /** Compared with the chosen version: the layer's index. */
  against = $state<number | undefined>();
  diff = $state.raw<
    { readonly kind: "text"; readonly diff: TextDiff } | { readonly kind: "none"; readonly why: string } | undefined
  >();
  error = $state<string | undefined>();

  #abort = new AbortController();
  #reading = new AbortController();

  readonly tree = $derived.by<TreeView | undefined>(() => {
    if (this.listings.length === 0) return undefined;
    return this.mode === "changes" ? layerTree(this.listings, this.layer) : fileSystem(this.listings, this.layer);
  });
  readonly waste = $derived.by<WasteView | undefined>(() =>
    this.listings.length === 0 ? undefined : wasteView(this.listings),
  );
  readonly versions = $derived.by<VersionsView | undefined>(() =>
    this.path === undefined ? undefined : versionsView(this.listings, this.path),
  );

  constructor(readonly client: LayersClient) {}

  /** Opens an image; `diffId` and `path` choose in it. What was chosen stays when it is the same image. */
  async open(id: string, choice: { readonly diffId?: string; readonly path?: string } = {}): Promise<void> {
    const isSame = this.facts?.id === id;
    if (!isSame) {
      this.#abort.abort();
      this.#abort = new AbortController();
      const { signal } = this.#abort;
      this.error = undefined;
      try {
        const facts = await this.client.image(id, signal);
        const listings = await Promise.all(facts.layers.map(({ diffId }) => this.client.listing(diffId)));
        if (signal.aborted) return;
        this.facts = facts;
        this.listings = listings;
        this.path = undefined;
        this.shown = undefined;
        this.query = "";
        this.chooseLayer(facts.layers.length - 1);
      } catch (error) {
        if (!signal.aborted) this.error = messageOf(error);
        return;
      }
    }
    const at = this.facts?.layers.findIndex(({ diffId }) => diffId === choice.diffId) ?? -1;
    if (at >= 0) this.chooseLayer(at);
    if (choice.path !== undefined) this.choosePath(choice.path);
  }

  chooseLayer(index: number): void {
    this.layer = Math.max(0, index);
    this.#openFirst();
  }

  show(mode: "changes" | "files"): void {
    this.mode = mode;
    this.#openFirst();
  }

  #openFirst(): void {
    const root = this.tree?.root;
    if (root !== undefined) this.expanded = firstExpanded(root);
  }

  toggle(path: string): void {
    const next = new Set(this.expanded);
    if (!next.delete(path)) next.add(path);
    this.expanded = next;
  }

  choose(node: FileNode): void {
    this.choosePath(node.path);
  }

  choosePath(path: string): void {
    this.path = path;
    this.against = undefined;
    this.diff = undefined;
    const { versions } = this;
    // The version that the chosen layer shows, or else the last there was.
    const upTo = versions?.versions.filter(({ layer, entry }) => layer <= this.layer && entry !== undefined) ?? [];
    const chosen = upTo.at(-1) ?? versions?.versions.find(({ entry }) => entry !== undefined);
    if (chosen !== undefined) void this.read(chosen);
    else this.shown = undefined;
  }

  async read(version: FileVersion): Promise<void> {
    this.#reading.abort();
    this.#reading = new AbortController();
    const { signal } = this.#reading;
    this.diff = undefined;
    this.against = undefined;
    try {
      const shown = await this.#fetch(version, signal);
      if (!signal.aborted) this.shown = shown;
    } catch (error) {
      if (!signal.aborted) this.error = messageOf(error);
    }
  }

  /** The difference between an older version and the chosen one. */
  async compare(older: FileVersion): Promise<void> {
    const newer = this.shown;
    if (newer === undefined) return;
    const { signal } = this.#reading;
    this.against = older.layer;
    try {
      const before = await this.#fetch(older, signal);
      if (signal.aborted) return;
      this.diff = difference(before, newer);
    } catch (error) {
      if (!signal.aborted) this.error = messageOf(error);
    }
  }

  async #fetch(version: FileVersion, signal: AbortSignal): Promise<ShownVersion> {
    const { entry, diffId } = version;
    if (entry?.kind !== "file") return { version, content: { kind: "empty" }, size: 0, text: undefined };
    const { bytes, size } = await this.client.content(diffId, entry.node, signal);
    const isWhole = bytes.length === size;
    return { version, content: contentOf(bytes, size), size, text: isWhole ? asText(bytes, false) : undefined };
  }

  close(): void {
    this.#abort.abort();
    this.#reading.abort();
  }
}

function difference(before: ShownVersion, after: ShownVersion): NonNullable<ImageLayers["diff"]> {
  if (before.text === undefined || after.text === undefined)
    return { kind: "none", why: "Only texts of up to 256 kB are compared, and one of these is not." };
  const diff = textDiff(before.text, after.text);
  if (diff === undefined) return { kind: "none", why: "The two have too little in common to compare line by line." };
  if (diff.added + diff.removed === 0) return { kind: "none", why: "The content is the same." };
  return { kind: "text", diff };
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
