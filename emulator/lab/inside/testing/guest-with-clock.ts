import {
  guestNode,
  lookUp,
  makeDirectories,
  walk,
  writeFile,
  type MountView,
} from "../../../engine/testing/guest-tree.ts";
import { LogBook } from "../../../engine/testing/log-book.ts";
import { MemoryFiles } from "../../../engine/testing/memory-files.ts";
import { GuestFileError } from "../../../engine/runtime.ts";
import { filesPart } from "../files.ts";
import type { InsidePart } from "../inside.ts";

/** A guest in memory whose files get older, whose disk can be full, and the page's door to it. */
export class GuestWithClock extends MemoryFiles {
  readonly view: MountView;
  /** Bytes that one file may have at most. */
  room = Infinity;
  #now = 1000;

  constructor() {
    const view: MountView = { root: guestNode("directory"), mounts: new Map() };
    super(view, new LogBook(), () => undefined);
    this.view = view;
    makeDirectories(view, "/root");
  }

  /** As a command in a terminal would. */
  type(path: string, text: string): void {
    writeFile(this.view, path, new TextEncoder().encode(text));
    lookUp(this.view, path).mtime = this.#now++;
  }

  text(path: string): string {
    return new TextDecoder().decode(lookUp(this.view, path).bytes);
  }

  override async write(...[, path, bytes, attributes]: Parameters<MemoryFiles["write"]>): Promise<void> {
    writeFile(this.view, path, bytes.slice(0, this.room), attributes);
    lookUp(this.view, path).mtime = this.#now++;
    if (bytes.length > this.room) throw new GuestFileError("ENOSPC", path, `write ${path}: No space left on device`);
  }

  rename(from: string, to: string): Promise<void> {
    const source = walk(this.view, from, false);
    const target = walk(this.view, to, false);
    if (source.node !== undefined) target.parent.entries.set(target.name, source.node);
    source.parent.entries.delete(source.name);
    return Promise.resolve();
  }

  part(shells: ReadonlyMap<string, number> = new Map()): InsidePart {
    return filesPart({ files: this, rename: (from, to) => this.rename(from, to), shells });
  }
}
