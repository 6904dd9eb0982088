import type { Transport } from "../../emulator/client/transport.ts";
import { IgnoreError, parseIgnore } from "../../emulator/dockerfile/dockerignore.ts";
import { BuildRecords } from "./build-records.svelte.ts";
import type { Document, TextBuffer } from "./document.svelte.ts";
import { Documents } from "./documents.svelte.ts";
import { FileTree, type Sight } from "./file-tree.svelte.ts";
import type { GuestFolder } from "./guest-folder.ts";
import { RememberedInputs } from "./inputs.svelte.ts";
import { KnownImages } from "./known-images.svelte.ts";
import { baseName, isDockerfile, isInside, join, parent } from "./paths.ts";
import type { Template } from "./templates.ts";

/** Output of a terminal rests this long before the folder is listed again; under a flood it is listed now and then. */
const settledAfter = 250;
const atLeastEvery = 2000;

/** A context that is worked on: its files, those that are open, and its builds. */
export class Workspace {
  readonly tree: FileTree;
  readonly documents: Documents;
  readonly builds = new BuildRecords();
  readonly inputs: RememberedInputs;
  readonly images: KnownImages;
  /** What went wrong last, until it is dismissed. */
  notice = $state("");
  /** Patterns of the context's `.dockerignore`; undefined when there is none, or when it cannot be read. */
  ignore = $state.raw<readonly string[] | undefined>();
  #ignoreVersion: string | undefined;
  /** Nothing is listed while nobody looks; then once when somebody does again. */
  shown = true;
  #openedOne = false;
  #due: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly guest: GuestFolder,
    readonly slot: string,
    makeBuffer: (path: string, text: string) => TextBuffer,
    transport: () => Transport,
  ) {
    this.images = new KnownImages(transport);
    this.inputs = new RememberedInputs(slot);
    this.documents = new Documents(guest, makeBuffer);
    this.tree = new FileTree(
      guest,
      (sight) => {
        this.documents.seen(sight).catch((error: unknown) => this.say(error));
        this.#readIgnore(sight).catch((error: unknown) => this.say(error));
      },
      () => this.documents.list.map(({ path }) => parent(path)),
    );
  }

  /** The Dockerfile that a build of this context takes: the one in front, else the one that lies in the folder. */
  readonly dockerfile = $derived.by((): string | undefined => {
    const front = this.documents.active?.path;
    if (front !== undefined && isDockerfile(front)) return front;
    const open = this.documents.list.find(({ path }) => isDockerfile(path) && isInside(this.tree.root, path));
    if (open !== undefined) return open.path;
    return this.tree.rows.find((row) => row.depth === 0 && row.kind === "file" && isDockerfile(row.path))?.path;
  });

  /** The latest build of what the document holds, or held since it was opened. */
  buildOf(document: Document): { readonly build: BuildRecords["list"][number]; readonly stale: boolean } | undefined {
    void document.revision;
    const text = document.buffer.text();
    const build = this.builds.list.find(({ dockerfile }) => dockerfile === text || document.texts.has(dockerfile));
    return build === undefined ? undefined : { build, stale: build.dockerfile !== text };
  }

  async start(transport: Transport): Promise<void> {
    this.builds.follow(transport);
    await this.tree.refresh();
    if (this.documents.list.length === 0) await this.openFirst();
  }

  /** Chooses another folder as the context. Open files stay open. */
  async openFolder(path: string): Promise<void> {
    await this.tree.open(path);
    await this.openFirst();
  }

  async openFirst(): Promise<void> {
    const first = this.tree.rows.find((row) => row.depth === 0 && row.kind === "file" && isDockerfile(row.path));
    if (first !== undefined) await this.openFile(first.path);
  }

  async openFile(path: string): Promise<void> {
    await this.try(async () => {
      await this.documents.open(path);
      this.#openedOne = true;
      this.tree.reveal(path);
    });
  }

  async useTemplate(template: Template): Promise<void> {
    await this.try(async () => {
      if (this.tree.missing === true) await this.guest.makeFolder(this.tree.root);
      for (const [name, text] of Object.entries(template.files))
        if (name !== "Dockerfile") await this.guest.write(join(this.tree.root, name), text, "new");
      await this.documents.create(join(this.tree.root, "Dockerfile"), template.files["Dockerfile"] ?? "");
      await this.tree.refresh();
    });
  }

  /** A file by its path in the folder; folders on the way are made. */
  async createFile(folder: string, name: string): Promise<void> {
    await this.try(async () => {
      const path = join(folder, name);
      if (name.includes("/")) await this.guest.makeFolder(parent(path));
      await this.documents.create(path, "");
      this.tree.reveal(path);
      await this.tree.refresh();
    });
  }

  async createFolder(folder: string, name: string): Promise<void> {
    await this.try(async () => {
      await this.guest.makeFolder(join(folder, name));
      this.tree.reveal(join(folder, `${name}/x`));
      await this.tree.refresh();
    });
  }

  async rename(path: string, name: string): Promise<void> {
    await this.try(async () => {
      const to = join(parent(path), name);
      await this.documents.saveAll();
      await this.guest.rename(path, to);
      this.documents.moved(path, to);
      this.tree.reveal(to);
      await this.tree.refresh();
    });
  }

  async remove(path: string): Promise<void> {
    await this.try(async () => {
      await this.guest.remove(path);
      this.documents.forget(path);
      await this.tree.refresh();
    });
  }

  async upload(folder: string, tar: ReadableStream<Uint8Array>, what: string): Promise<void> {
    await this.try(async () => {
      await this.guest.upload(folder, tar);
      await this.tree.refresh();
      this.notice = `Copied ${what} into ${baseName(folder) || "/"}.`;
    });
  }

  /** A terminal printed: once it rests, what it changed is looked at. */
  printed(): void {
    const now = Date.now();
    this.#due ??= now + atLeastEvery;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.look(), Math.max(0, Math.min(settledAfter, this.#due - now)));
  }

  look(): void {
    clearTimeout(this.#timer);
    this.#due = undefined;
    if (this.shown) void this.#refresh();
  }

  /** Until a first file was opened, a Dockerfile that comes into the folder is. */
  async #refresh(): Promise<void> {
    await this.tree.refresh();
    if (!this.#openedOne && this.documents.list.length === 0) await this.openFirst();
  }

  async try(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.say(error);
    }
  }

  say(error: unknown): void {
    this.notice = error instanceof Error ? error.message : String(error);
  }

  /** Names in a folder of the context, folders with a slash at their end; nothing where there is no such folder. */
  async namesIn(folder: string): Promise<readonly string[]> {
    const parts = folder.split("/").filter((part) => part !== "" && part !== ".");
    if (parts.includes("..")) return [];
    const [listing] = await this.guest.list([join(this.tree.root, parts.join("/")).replace(/(?<=.)\/$/, "")]);
    if (listing === undefined || "missing" in listing) return [];
    return listing.entries.map(({ name, kind }) => (kind === "directory" ? `${name}/` : name));
  }

  async #readIgnore({ folders, versions }: Sight): Promise<void> {
    const path = join(this.tree.root, ".dockerignore");
    if (!folders.has(this.tree.root) && !versions.has(path)) return;
    const version = versions.get(path);
    if (version !== undefined && `${path} ${version}` === this.#ignoreVersion) return;
    this.#ignoreVersion = version === undefined ? undefined : `${path} ${version}`;
    const content = version === undefined ? undefined : await this.guest.read(path);
    try {
      this.ignore = content?.kind === "text" ? parseIgnore(content.text) : undefined;
    } catch (error) {
      if (!(error instanceof IgnoreError)) throw error;
      this.ignore = undefined; // a build says what is wrong with it
    }
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.builds.stop();
    this.documents.dispose();
  }
}
