import { FileTree } from "../../image/file-tree.ts";
import type { ContentStore } from "../runtime.ts";

/** File trees of stacks of layers, each made once and from the one below. */
export class Trees {
  readonly #content: ContentStore;
  readonly #trees = new Map<string, Promise<FileTree>>();

  constructor(content: ContentStore) {
    this.#content = content;
  }

  of(layers: readonly string[]): Promise<FileTree> {
    const top = layers.at(-1);
    if (top === undefined) return Promise.resolve(FileTree.empty);
    const key = layers.join(" ");
    const known = this.#trees.get(key);
    if (known !== undefined) return known;
    const made = this.#extend(layers.slice(0, -1), top);
    this.#trees.set(key, made);
    return made;
  }

  async #extend(below: readonly string[], top: string): Promise<FileTree> {
    const [tree, tar] = await Promise.all([this.of(below), this.#content.getLayer(top)]);
    return tree.extend(tar);
  }
}
