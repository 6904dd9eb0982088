import type { InlineFile, LineRange } from "../../dockerfile/instruction.ts";
import type { Mount } from "../../dockerfile/mount.ts";

/** One node of a build's graph: something that makes a root file system out of others. */
export type Op = ScratchOp | ImageOp | RunOp | CopyOp | MkdirOp;

interface Node {
  /** `[build 2/5] RUN make`; empty for what is never shown. */
  readonly name: string;
  /** `sha256:…`, the same for the same definition: what progress calls it. Set once the graph is whole. */
  vertex: string;
  readonly inputs: readonly Op[];
  readonly lines: LineRange;
  /** `--no-cache`: what was built before is not looked at. */
  readonly ignoreCache: boolean;
  /** Stage and position, for the record of the build; undefined for an image that only another step names. */
  readonly place: { readonly stage: number; readonly step: number } | undefined;
}

export interface ScratchOp extends Node {
  readonly kind: "scratch";
}

export interface ImageOp extends Node {
  readonly kind: "image";
  readonly imageId: string;
  /** Diff ids, base first. */
  readonly layers: readonly string[];
}

export interface RunOp extends Node {
  readonly kind: "run";
  /** `inputs[0]` is the root, the others are what the mounts are of. */
  readonly args: readonly string[];
  /** `KEY=value`, build arguments included. */
  readonly env: readonly string[];
  /** Variables that are not part of the cache key: proxies. */
  readonly transientEnv: readonly string[];
  readonly workdir: string;
  readonly user: string;
  readonly network: "default" | "none" | "host";
  readonly mounts: readonly OpMount[];
  /** A heredoc that begins with `#!`: a file of this name and content at /dev/pipes. */
  readonly script: { readonly name: string; readonly content: string } | undefined;
}

export interface OpMount {
  readonly mount: Mount;
  /** What it is of: an op, the context, or nothing of either. */
  readonly source: Op | "context" | undefined;
  /** Absolute. */
  readonly target: string;
}

export interface CopyOp extends Node {
  readonly kind: "copy";
  /** COPY or ADD, for messages. */
  readonly instruction: "COPY" | "ADD";
  readonly source: Op | "context";
  readonly paths: readonly string[];
  readonly inline: readonly Pick<InlineFile, "name" | "content">[];
  readonly destination: string;
  readonly workdir: string;
  readonly chown: string | undefined;
  readonly chmod: string | undefined;
  readonly link: boolean;
  readonly parents: boolean;
  readonly exclude: readonly string[];
  readonly unpack: "auto" | boolean;
}

export interface MkdirOp extends Node {
  readonly kind: "mkdir";
  readonly path: string;
  readonly user: string;
}
