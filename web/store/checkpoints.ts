import type { BlobStore } from "../../emulator/save/blob-store.ts";
import { SaveSlot } from "../../emulator/save/save-slot.ts";

/** Saves of one machine that can be gone back to: the newest, within bounds. */
const most = 8;
const mostBytes = 60_000_000;

/** What is kept of a machine after each of its last tasks, by a name for each. */
export class Checkpoints {
  constructor(
    readonly store: BlobStore,
    readonly machine: string,
  ) {}

  /** Keeps the newest save of the machine as `name`; forgets what is beyond the bounds, `names` being the order. */
  async keep(name: string, names: readonly string[]): Promise<void> {
    const bytes = await this.#read(new SaveSlot(this.store, this.machine));
    if (bytes === undefined) return;
    // Saves of one machine are about as large as its newest.
    const room = Math.min(most, Math.floor(mostBytes / bytes.length));
    await this.forget(names.slice(0, Math.max(0, names.length - room)));
    if (room > 0) await this.#slot(name).write(bytes);
  }

  /** Makes `name` the machine's save. False when it is not kept any more. Only while the machine does not run. */
  async restore(name: string): Promise<boolean> {
    const bytes = await this.#read(this.#slot(name));
    if (bytes === undefined) return false;
    await new SaveSlot(this.store, this.machine).write(bytes);
    return true;
  }

  async forget(names: readonly string[]): Promise<void> {
    for (const name of names) await this.#slot(name).delete();
  }

  /** Which of `names` can be gone back to. */
  async kept(names: readonly string[]): Promise<readonly string[]> {
    const blobs = await this.store.list();
    return names.filter((name) => blobs.includes(`${this.#nameOf(name)}.pointer`));
  }

  #read(slot: SaveSlot): Promise<Uint8Array | undefined> {
    return slot.read((saved) => Promise.resolve(saved));
  }

  #nameOf(name: string): string {
    return `${this.machine}--after-${name.replace(/[^A-Za-z0-9_-]/g, "_")}`;
  }

  #slot(name: string): SaveSlot {
    return new SaveSlot(this.store, this.#nameOf(name));
  }
}
