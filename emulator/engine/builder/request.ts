/** What a build is asked for, whatever asked. */
export interface BuildRequest {
  /** Path in the context. */
  readonly dockerfile: string;
  /** A tar (perhaps compressed), or the text of a Dockerfile. */
  readonly context: ReadableStream<Uint8Array>;
  readonly tags: readonly string[];
  readonly target: string;
  readonly buildArgs: Readonly<Record<string, string | null>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly noCache: boolean;
  /** Classic: the only images that a step may be taken from; any when there is none. */
  readonly cacheFrom: readonly string[];
  /** Stages whose cache is not looked at. */
  readonly noCacheStages: readonly string[];
  readonly pull: boolean;
  readonly networkMode: string;
  readonly extraHosts: readonly string[];
  /** Bytes; 0: the default. */
  readonly shmSize: number;
  readonly memory: number;
  readonly cpuShares: number;
  readonly cpuPeriod: number;
  readonly cpuQuota: number;
  readonly ulimits: readonly { readonly Name: string; readonly Soft: number; readonly Hard: number }[];
  readonly platform: string;
  readonly secrets: Readonly<Record<string, Uint8Array>>;
  readonly outputs: readonly BuildOutput[];
  /** Of the client. */
  readonly quiet: boolean;
  /** Classic: steps' containers are removed when they succeeded, or in any case. */
  readonly remove: boolean;
  readonly forceRemove: boolean;
  readonly signal: AbortSignal;
}

export interface BuildOutput {
  readonly type: "image" | "docker" | "oci" | "local" | "tar" | "cacheonly";
  readonly attributes: Readonly<Record<string, string>>;
}
