import type { BlobStore } from "../../emulator/save/blob-store.ts";
import { SaveSlot } from "../../emulator/save/save-slot.ts";

/** Saves of one machine that can be gone back to: the newest few, within a bound. */
const most = 3;
const mostBytes = 60_000_000;

/** What is kept of a machine before each of its last tasks was begun, by a name for each. */
export class Checkpoints {
  constructor(
    readonly store: BlobStore,
    readonly machine: string,
  ) {}

  /** Keeps the newest save of the machine as `name`; forgets what is beyond the bound, `names` being the order. */
  async keep(name: string, names: readonly string[]): Promise<void> {
    const bytes = await new SaveSlot(this.store, this.machine).read((saved) => Promise.resolve(saved));
    if (bytes === undefined) return;
    await this.forget(names.slice(0, Math.max(0, names.length - most)));
    if (bytes.length > mostBytes / most) return;
    await this.#slot(name).write(bytes);
  }

  /** Makes `name` the machine's save. False when it is not kept any more. Only while the machine does not run. */
  async restore(name: string): Promise<boolean> {
    const bytes = await this.#slot(name).read((saved) => Promise.resolve(saved));
    if (bytes === undefined) return false;
    await new SaveSlot(this.store, this.machine).write(bytes);
    return true;
  }

  async forget(names: readonly string[]): Promise<void> {
    for (const name of names) await this.#slot(name).delete();
  }

  #slot(name: string): SaveSlot {
    return new SaveSlot(this.store, `${this.machine}--after-${name.replace(/[^A-Za-z0-9_-]/g, "_")}`);
  }
}
