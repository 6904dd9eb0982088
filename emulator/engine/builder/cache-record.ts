/** One step that was built and can be had again: plain data, part of the engine's state. Times in milliseconds. */
export interface BuildCacheRecord {
  /** `sha256:…` over everything the step depends on. */
  readonly key: string;
  /** 25 characters: what `docker system df -v` and `docker builder prune` call it. */
  readonly id: string;
  readonly kind: "regular" | "source.local" | "exec.cachemount" | "source.image";
  /** `[2/5] RUN make` without the counter: `RUN make`; of a cache mount its id. */
  readonly description: string;
  /** The layer it made. Absent for what made none. */
  readonly diffId?: string;
  /** Bytes. */
  size: number;
  readonly createdAt: number;
  lastUsedAt: number;
  usageCount: number;
  /** Key of the step it stands on. */
  readonly parent?: string;
  /** What was read, by path, with the beginning of each digest: to say what has changed when the step runs again. */
  readonly files?: Readonly<Record<string, string>>;
  /** The same step in the same place of a Dockerfile, whatever it read: where its predecessor is looked for. */
  readonly place: string;
}
