/**
 * What a build tells while it runs. `SolveStatus` is BuildKit's, in the form `docker buildx build --progress rawjson`
 * prints (github.com/moby/buildkit, client/graph.go); times are RFC 3339, `data` and `short` are base64.
 * `POST /build?version=2` answers it as `{"id":"moby.buildkit.trace","aux":SolveStatus}`.
 */
export interface SolveStatus {
  readonly vertexes?: readonly Vertex[];
  readonly statuses?: readonly VertexStatus[];
  readonly logs?: readonly VertexLog[];
  readonly warnings?: readonly VertexWarning[];
}

/** Sent again whenever it changes. */
export interface Vertex {
  readonly digest: string;
  readonly inputs?: readonly string[];
  /** `[2/5] RUN make`, `[internal] load build definition from Dockerfile`, `exporting to image`. */
  readonly name: string;
  readonly started?: string;
  readonly completed?: string;
  readonly cached?: boolean;
  readonly error?: string;
}

/** A line under a vertex: `transferring context: 12kB`, `writing image sha256:…`, `naming to …`. */
export interface VertexStatus {
  readonly id: string;
  readonly vertex: string;
  readonly name?: string;
  /** Bytes; 0 when not known. */
  readonly total?: number;
  readonly current: number;
  readonly timestamp: string;
  readonly started?: string;
  readonly completed?: string;
}

export interface VertexLog {
  readonly vertex: string;
  /** 1 stdout, 2 stderr. */
  readonly stream: number;
  readonly data: string;
  readonly timestamp: string;
}

export interface VertexWarning {
  readonly vertex: string;
  readonly level: number;
  /** `JSONArgsRecommended: JSON arguments recommended for CMD … (line 3)` */
  readonly short: string;
  readonly detail?: readonly string[];
  readonly url?: string;
  readonly sourceInfo?: { readonly filename: string; readonly data: string };
  readonly range?: readonly { readonly start: { readonly line: number }; readonly end: { readonly line: number } }[];
}

/**
 * A build as the pictures and the editor's margin show it: plain data, kept by the engine for the last builds, newest
 * last, told again as it changes.
 */
export interface BuildRecord {
  /** 25 characters, as `docker buildx history` has them. */
  readonly id: string;
  readonly startedAt: number;
  readonly endedAt: number | undefined;
  readonly state: "running" | "completed" | "failed" | "canceled";
  /** What `-f` and the context were, as far as the client told. */
  readonly dockerfileName: string;
  readonly dockerfile: string;
  readonly tags: readonly string[];
  readonly target: string | undefined;
  /** `sha256:…` of the result's configuration. */
  readonly imageId: string | undefined;
  readonly error: { readonly message: string; readonly line: number | undefined } | undefined;
  readonly stages: readonly BuildStage[];
}

export interface BuildStage {
  /** `stage-0` where it has no name. */
  readonly name: string;
  readonly line: number;
  /** What FROM says: a stage's name, an image's reference, `scratch`. */
  readonly base: string;
  /** Index of the stage it stands on. */
  readonly baseStage: number | undefined;
  /** False: nothing needed it. */
  readonly used: boolean;
  readonly steps: readonly BuildStep[];
}

export type BuildStepState = "waiting" | "running" | "cached" | "done" | "failed" | "canceled" | "unused";

export interface BuildStep {
  /** Digest of the vertex; empty for what only changes the configuration. */
  readonly vertex: string;
  readonly instruction: string;
  readonly text: string;
  readonly lines: { readonly start: number; readonly end: number };
  readonly state: BuildStepState;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  /** The layer it made; undefined when it made none, or not yet. */
  readonly diffId: string | undefined;
  /** Bytes of the layer's files. */
  readonly size: number | undefined;
  /** Stages it reads from besides its own (COPY --from, mounts), by index. */
  readonly fromStages: readonly number[];
  /** Why it was not cached: `src/app.js changed`, `the base image changed`, `the step before it ran`, `never built before`. */
  readonly because: string | undefined;
}

/** Query of `POST /build` beyond the classic one, and its `X-Build-Secrets` header (base64 of JSON). */
export type BuildSecrets = Readonly<Record<string, string>>;
