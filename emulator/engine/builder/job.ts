import type { FileTree } from "../../image/file-tree.ts";
import type { Daemon } from "../daemon/daemon.ts";
import type { KeyedMutex } from "../mutex.ts";
import type { BuildCache } from "./cache.ts";
import type { ContentDigests } from "./context/content-digests.ts";
import type { BuildContext } from "./context/context.ts";
import type { Progress } from "./progress.ts";
import type { OpenRecord } from "./records.ts";
import type { BuildRequest } from "./request.ts";
import type { Slots } from "./slots.ts";
import type { Trees } from "./trees.ts";

/** One build, as its steps see it. */
export interface Job {
  readonly daemon: Daemon;
  readonly request: BuildRequest;
  readonly context: BuildContext;
  readonly cache: BuildCache;
  readonly progress: Progress;
  readonly record: OpenRecord;
  readonly trees: Trees;
  /** Keeps a layer until the build has ended. */
  readonly hold: (diffId: string) => void;
  /** ONBUILD triggers that stand before the instructions of a stage. */
  readonly triggers: (stage: number) => number;
  /** Held while the step of a key is looked up and made. */
  readonly keyLocks: KeyedMutex;
  /** Keys of what this build has made: without the cache too, the same step is not done twice. */
  readonly madeHere: Set<string>;
  /** Runs at a time, over all builds. */
  readonly slots: Slots;
  readonly mountLocks: KeyedMutex;
  readonly mountsInUse: Set<string>;
  readonly digests: ContentDigests;
  /** What is in a directory of a tree, by content. */
  readonly contentOf: (
    tree: FileTree,
    path: string,
  ) => Promise<{ readonly digest: string; readonly files: Readonly<Record<string, string>> }>;
  /** The context as a layer that a step can mount. */
  readonly contextLayer: () => Promise<{ readonly diffId: string }>;
  /** Seconds: the time of the newest input, or SOURCE_DATE_EPOCH. */
  readonly newest: number;
  readonly signal: AbortSignal;
}
