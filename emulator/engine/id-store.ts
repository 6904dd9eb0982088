/** Thrown by `IdStore.find` when a prefix fits several ids. */
export class AmbiguousPrefix extends Error {
  constructor(readonly prefix: string) {
    super(`multiple IDs found with provided prefix: ${prefix}`);
    this.name = "AmbiguousPrefix";
  }
}

/** Records by id, and by name where they have one. Insertion order is kept. */
export class IdStore<R extends { readonly id: string }> {
  readonly #byId = new Map<string, R>();
  readonly #byName = new Map<string, R>();
  readonly #nameOf: (record: R) => string | undefined;

  constructor(nameOf: (record: R) => string | undefined) {
    this.#nameOf = nameOf;
  }

  get size(): number {
    return this.#byId.size;
  }

  all(): R[] {
    return [...this.#byId.values()];
  }

  get(id: string): R | undefined {
    return this.#byId.get(id);
  }

  named(name: string): R | undefined {
    return this.#byName.get(name);
  }

  add(record: R): void {
    this.#byId.set(record.id, record);
    const name = this.#nameOf(record);
    if (name !== undefined) this.#byName.set(name, record);
  }

  delete(record: R): void {
    this.#byId.delete(record.id);
    const name = this.#nameOf(record);
    if (name !== undefined && this.#byName.get(name) === record) this.#byName.delete(name);
  }

  /** `change` sets the new name on the record. */
  rename(record: R, change: () => void): void {
    const old = this.#nameOf(record);
    if (old !== undefined) this.#byName.delete(old);
    change();
    const name = this.#nameOf(record);
    if (name !== undefined) this.#byName.set(name, record);
  }

  /** Whole id, then name, then a prefix of an id that fits exactly one. Throws AmbiguousPrefix. */
  find(nameOrId: string): R | undefined {
    if (nameOrId === "") return undefined;
    return this.#byId.get(nameOrId) ?? this.#byName.get(nameOrId) ?? this.byPrefix(nameOrId);
  }

  /** Throws AmbiguousPrefix. */
  byPrefix(prefix: string): R | undefined {
    const fitting = this.all().filter((record) => record.id.startsWith(prefix));
    if (fitting.length > 1) throw new AmbiguousPrefix(prefix);
    return fitting[0];
  }

  replace(records: readonly R[]): void {
    this.#byId.clear();
    this.#byName.clear();
    for (const record of records) this.add(record);
  }
}
