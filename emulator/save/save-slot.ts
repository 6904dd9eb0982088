import * as v from "valibot";
import type { BlobStore } from "./blob-store.ts";
import { SaveDamaged } from "./errors.ts";

const Pointer = v.strictObject({
  current: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** The last good one before it. */
  previous: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1))),
});
type Pointer = v.InferOutput<typeof Pointer>;

/**
 * One save that is replaced again and again, so that at any moment a whole one is there: the new generation is written
 * (`NAME.7`), then the pointer (`NAME.pointer`) is flipped to it, then all but it and the one before are deleted. Of two
 * slots of one name only one may write at a time; who owns the name is the caller's lock.
 */
export class SaveSlot {
  readonly #store: BlobStore;
  readonly #name: string;
  #writing: Promise<void> = Promise.resolve();

  constructor(store: BlobStore, name: string) {
    if (!/^[A-Za-z0-9_-]+$/.test(name)) throw new Error(`a slot cannot be named ${name}`);
    this.#store = store;
    this.#name = name;
  }

  /** Replaces the save. When it rejects, what could be read before can still be read. */
  write(bytes: Uint8Array): Promise<void> {
    const written = this.#writing.then(() => this.#replace(bytes));
    this.#writing = written.catch(() => undefined);
    return written;
  }

  /**
   * What `open` makes of the newest save it accepts: a save it calls damaged (SaveDamaged) gives way to the one before.
   * Undefined when there is no save; the first SaveDamaged when there is none that opens.
   */
  async read<T>(open: (bytes: Uint8Array) => Promise<T>): Promise<T | undefined> {
    let damage: SaveDamaged | undefined;
    for (const generation of await this.#candidates()) {
      const bytes = await this.#store.get(this.#blob(generation));
      if (bytes === undefined) continue;
      try {
        return await open(bytes);
      } catch (error) {
        if (!(error instanceof SaveDamaged)) throw error;
        damage ??= error;
      }
    }
    if (damage !== undefined) throw damage;
    return undefined;
  }

  /** Forgets the save and the one before it. */
  delete(): Promise<void> {
    const deleted = this.#writing.then(async () => {
      await this.#store.delete(this.#pointerBlob);
      for (const generation of await this.#generations()) await this.#store.delete(this.#blob(generation));
    });
    this.#writing = deleted.catch(() => undefined);
    return deleted;
  }

  get #pointerBlob(): string {
    return `${this.#name}.pointer`;
  }

  #blob(generation: number): string {
    return `${this.#name}.${generation}`;
  }

  async #replace(bytes: Uint8Array): Promise<void> {
    const generations = await this.#generations();
    const previous = (await this.#pointer())?.current ?? generations[0] ?? null;
    const current = Math.max(0, ...generations, previous ?? 0) + 1;
    try {
      await this.#store.put(this.#blob(current), bytes);
    } catch (error) {
      await this.#store.delete(this.#blob(current)).catch(() => undefined);
      throw error;
    }
    await this.#store.put(
      this.#pointerBlob,
      new TextEncoder().encode(JSON.stringify({ current, previous } satisfies Pointer)),
    );
    // The save is done; what cannot be deleted now is deleted after the next one.
    for (const generation of generations)
      if (generation !== previous) await this.#store.delete(this.#blob(generation)).catch(() => undefined);
  }

  /** What to try, best first. A generation no pointer ever named was not finished; it is the last resort. */
  async #candidates(): Promise<readonly number[]> {
    const pointer = await this.#pointer();
    const named =
      pointer === undefined ? [] : [pointer.current, ...(pointer.previous === null ? [] : [pointer.previous])];
    return [...new Set([...named, ...(await this.#generations())])];
  }

  async #pointer(): Promise<Pointer | undefined> {
    const bytes = await this.#store.get(this.#pointerBlob);
    if (bytes === undefined) return undefined;
    try {
      return v.parse(Pointer, JSON.parse(new TextDecoder().decode(bytes)));
    } catch {
      // Torn by an interrupted write: the generations, which say themselves whether they are whole, are all there.
      return undefined;
    }
  }

  /** Those that are there, newest first. */
  async #generations(): Promise<number[]> {
    const prefix = `${this.#name}.`;
    return (await this.#store.list())
      .filter((blob) => blob.startsWith(prefix) && /^[1-9][0-9]{0,14}$/.test(blob.slice(prefix.length)))
      .map((blob) => Number(blob.slice(prefix.length)))
      .sort((a, b) => b - a);
  }
}
