import type { TextBuffer } from "../document.svelte.ts";

/** Text without an editor around it. */
export class PlainBuffer implements TextBuffer {
  #text: string;
  readonly undone: string[] = [];
  readonly #listeners = new Set<() => void>();

  constructor(text: string) {
    this.#text = text;
  }

  text(): string {
    return this.#text;
  }

  type(text: string): void {
    this.#text = text;
    for (const listener of this.#listeners) listener();
  }

  replace(text: string): void {
    this.undone.push(this.#text);
    this.type(text);
  }

  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  dispose(): void {
    this.#listeners.clear();
  }
}
