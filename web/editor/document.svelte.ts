import { Conflict, FolderError, type GuestFolder } from "./guest-folder.ts";

/** Text that is edited: a Monaco model on the page, a plain string in tests. */
export interface TextBuffer {
  text(): string;
  /** Replaces the text so that it can be undone, and the cursor stays where it was. */
  replace(text: string): void;
  onChange(listener: () => void): void;
  dispose(): void;
}

export type DocumentState =
  | { readonly kind: "saved" }
  | { readonly kind: "unsaved" }
  | { readonly kind: "saving" }
  /** It changed, or went, on both sides: the user chooses. */
  | { readonly kind: "conflict"; readonly gone: boolean }
  | { readonly kind: "failed"; readonly message: string };

/** Typing rests this long before the file is written. */
export const autosaveAfter = 400;
/** Texts remembered as having been in the file, so that a build of one of them is known as its. */
const mostTexts = 40;

/** An open file: its text here, its version there, and what to do when the two part. */
export class Document {
  path = $state("");
  state = $state.raw<DocumentState>({ kind: "saved" });
  /** Grows with every change of the text, from here or from there. */
  revision = $state(0);
  /** What the file held while it was open, the latest last: a build of one of these is a build of this file. */
  readonly texts = new Set<string>();
  #version: string;
  #saved: string;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> | undefined;
  #reloading = false;
  #disposed = false;

  constructor(
    readonly guest: GuestFolder,
    path: string,
    readonly buffer: TextBuffer,
    version: string,
  ) {
    this.path = path;
    this.#version = version;
    this.#saved = buffer.text();
    this.#remember(this.#saved);
    buffer.onChange(() => {
      this.revision++;
      if (!this.#reloading) this.#edited();
    });
  }

  get unsaved(): boolean {
    return this.state.kind !== "saved";
  }

  /** Writes now what is not written. Resolves when it is, or when the state says why not. */
  async save(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#writing;
    if (this.#disposed || this.state.kind === "conflict" || this.buffer.text() === this.#saved) return;
    this.#writing = this.#write(this.#version).finally(() => (this.#writing = undefined));
    await this.#writing;
    // What was typed meanwhile.
    if (this.state.kind === "unsaved") await this.save();
  }

  /** The user's text stays, over whatever is there. */
  async keepMine(): Promise<void> {
    this.#writing = this.#write(undefined).finally(() => (this.#writing = undefined));
    await this.#writing;
  }

  /** What is on the machine replaces the text here; undo brings it back. */
  async takeTheirs(): Promise<void> {
    const content = await this.guest.read(this.path);
    if (content.kind !== "text") {
      this.state = { kind: "failed", message: "It is no text any more." };
      return;
    }
    this.#take(content.text, content.version);
  }

  /** A listing saw this version of the file, or saw that it is gone. */
  async seen(version: string | undefined): Promise<void> {
    if (this.#disposed || this.#writing !== undefined) return;
    if (version === this.#version) {
      // It was away for a moment: moved, and moved back.
      if (this.state.kind === "conflict" && this.state.gone)
        this.state = { kind: this.buffer.text() === this.#saved ? "saved" : "unsaved" };
      return;
    }
    if (this.state.kind === "conflict" && !(this.state.gone && version !== undefined)) return;
    const mine = this.buffer.text() !== this.#saved;
    if (version === undefined) {
      this.state = { kind: "conflict", gone: true };
      return;
    }
    const content = await this.guest.read(this.path);
    // Written from here meanwhile: then the listing is the older of the two.
    if (this.#disposed || this.#writing !== undefined || content.version === this.#version) return;
    if (content.kind !== "text") this.state = { kind: "failed", message: "It is no text any more." };
    else if (content.text === this.buffer.text()) this.#take(content.text, content.version);
    else if (mine || this.buffer.text() !== this.#saved) this.state = { kind: "conflict", gone: false };
    else this.#take(content.text, content.version);
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
    this.buffer.dispose();
  }

  #edited(): void {
    clearTimeout(this.#timer);
    if (this.state.kind === "conflict") return;
    if (this.buffer.text() === this.#saved) {
      if (this.state.kind === "unsaved") this.state = { kind: "saved" };
      return;
    }
    if (this.state.kind !== "saving") this.state = { kind: "unsaved" };
    this.#timer = setTimeout(() => void this.save(), autosaveAfter);
  }

  async #write(version: string | undefined): Promise<void> {
    const text = this.buffer.text();
    this.state = { kind: "saving" };
    try {
      ({ version: this.#version } = await this.guest.write(this.path, text, version));
      this.#saved = text;
      this.#remember(text);
      this.state = { kind: this.buffer.text() === text ? "saved" : "unsaved" };
    } catch (error) {
      // What was there was put back, and is newer for it.
      if (error instanceof FolderError && !(error instanceof Conflict) && error.version !== undefined)
        this.#version = error.version;
      this.state =
        error instanceof Conflict
          ? { kind: "conflict", gone: error.version === undefined }
          : { kind: "failed", message: error instanceof Error ? error.message : String(error) };
    }
  }

  #take(text: string, version: string): void {
    this.#version = version;
    this.#saved = text;
    this.#remember(text);
    this.#reloading = true;
    try {
      if (this.buffer.text() !== text) this.buffer.replace(text);
    } finally {
      this.#reloading = false;
    }
    this.state = { kind: "saved" };
  }

  #remember(text: string): void {
    this.texts.delete(text);
    this.texts.add(text);
    for (const oldest of this.texts) {
      if (this.texts.size <= mostTexts) return;
      this.texts.delete(oldest);
    }
  }
}
