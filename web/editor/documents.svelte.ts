import { Document, type TextBuffer } from "./document.svelte.ts";
import type { Sight } from "./file-tree.svelte.ts";
import { FolderError, type GuestFolder } from "./guest-folder.ts";
import { baseName, isInside, parent } from "./paths.ts";

/** Documents open at once; the one that was looked at longest ago makes room. */
const most = 20;

/** The open files, one of them in front. */
export class Documents {
  list = $state.raw<readonly Document[]>([]);
  active = $state.raw<Document | undefined>();

  constructor(
    readonly guest: GuestFolder,
    readonly makeBuffer: (path: string, text: string) => TextBuffer,
  ) {}

  /** Opens a file, or brings it to the front. Rejects with what to tell the user when it is no text. */
  async open(path: string): Promise<Document> {
    const there = this.#find(path);
    if (there !== undefined) return (this.active = there);
    const content = await this.guest.read(path);
    if (content.kind === "binary") throw new FolderError(400, `${baseName(path)} is no text.`);
    if (content.kind === "large")
      throw new FolderError(400, `${baseName(path)} is too large to edit: ${(content.size / 1e6).toFixed(1)} MB.`);
    // Asked for twice while it was read.
    const opened = this.#find(path);
    if (opened !== undefined) return (this.active = opened);
    const made = new Document(this.guest, path, this.makeBuffer(path, content.text), content.version);
    this.list = [...this.list, made];
    if (this.list.length > most) {
      const oldest = this.list.find((document) => !document.unsaved && document !== this.active);
      if (oldest !== undefined) void this.close(oldest);
    }
    return (this.active = made);
  }

  /** Makes a file that is not there yet, and opens it. */
  async create(path: string, text: string): Promise<Document> {
    await this.guest.write(path, text, "new");
    return this.open(path);
  }

  /** Writes what is not written and closes; a conflict is left behind as it is on the machine. */
  async close(document: Document): Promise<void> {
    await document.save();
    const at = this.list.indexOf(document);
    if (at < 0) return;
    this.list = this.list.filter((other) => other !== document);
    if (this.active === document) this.active = this.list[at] ?? this.list.at(-1);
    document.dispose();
  }

  /** Closes without writing what is at this path or below it: it was deleted. */
  forget(path: string): void {
    for (const document of this.list.filter((d) => isInside(path, d.path))) {
      this.list = this.list.filter((other) => other !== document);
      if (this.active === document) this.active = this.list.at(-1);
      document.dispose();
    }
  }

  /** What was at `from` is at `to` now. */
  moved(from: string, to: string): void {
    for (const document of this.list)
      if (isInside(from, document.path)) document.path = to + document.path.slice(from.length);
  }

  async saveAll(): Promise<void> {
    await Promise.all(this.list.map((document) => document.save()));
  }

  /** What the tree saw. */
  async seen({ folders, versions }: Sight): Promise<void> {
    await Promise.all(
      this.list
        .filter(({ path }) => folders.has(parent(path)) || versions.has(path))
        .map((document) => document.seen(versions.get(document.path))),
    );
  }

  dispose(): void {
    for (const document of this.list) document.dispose();
    this.list = [];
    this.active = undefined;
  }

  #find(path: string): Document | undefined {
    return this.list.find((document) => document.path === path);
  }
}
