import type { ContainerRecord } from "../../engine/records.ts";
import type { Change, Files, Snapshotter } from "../../engine/runtime.ts";
import type { ContainerBrief, UpperFile, UpperReading } from "../../observe/layers/facts.ts";

/** So many new names are looked at in one reading, and so many again; each is one short call into the guest. */
const newLimit = 200;
const againLimit = 32;
/** Containers whose names are remembered. */
const containersKept = 8;

interface Seen {
  readonly change: Change["kind"];
  readonly upper: UpperFile | undefined;
  /** The reading that looked. */
  readonly at: number;
}

export function containerBrief({ id, name, imageId, state }: ContainerRecord): ContainerBrief {
  return { id, name, imageId, running: state.running };
}

/**
 * Reads upperdirs. A reading costs the guest one walk of the upperdir, a look at each new name (up to 200), and some at
 * those that were not looked at for longest: after a few readings everything is known, and stays so.
 */
export class UpperReader {
  readonly #seen = new Map<string, Map<string, Seen>>();
  #readings = 0;

  constructor(
    readonly snapshotter: Pick<Snapshotter, "describe" | "changes">,
    readonly files: Pick<Files, "stat">,
  ) {}

  async read(container: ContainerRecord): Promise<UpperReading> {
    const { lowerDirs, upperDir, workDir, mergedDir } = this.snapshotter.describe(container.id);
    const found = await this.snapshotter.changes(container.id);
    const seen = await this.#look(container.id, upperDir, found);
    return {
      container: containerBrief(container),
      diffIds: container.layers,
      lowerDirs,
      upperDir,
      workDir,
      mergedDir,
      changes: found.map(({ path, kind }) => {
        const known = seen.get(path);
        return { path, change: kind, read: known !== undefined, upper: known?.upper };
      }),
    };
  }

  async #look(id: string, upperDir: string, found: readonly Change[]): Promise<ReadonlyMap<string, Seen>> {
    const at = ++this.#readings;
    const before = this.#seen.get(id);
    const seen = new Map<string, Seen>();
    for (const { path, kind } of found) {
      const known = before?.get(path);
      if (known?.change === kind) seen.set(path, known);
    }
    const fresh = found.filter(({ path }) => !seen.has(path)).slice(0, newLimit);
    const age = ({ path }: Change) => seen.get(path)?.at ?? 0;
    const again = found.filter(({ path }) => seen.has(path)).toSorted((a, b) => age(a) - age(b));
    const next = [...fresh, ...again.slice(0, againLimit)];
    await Promise.all(
      next.map(async ({ path, kind }) => {
        seen.set(path, { change: kind, upper: await upperFile(this.files, upperDir, path), at });
      }),
    );
    this.#seen.delete(id);
    this.#seen.set(id, seen);
    for (const oldest of this.#seen.keys()) {
      if (this.#seen.size <= containersKept) break;
      this.#seen.delete(oldest);
    }
    return seen;
  }
}

async function upperFile(files: Pick<Files, "stat">, upperDir: string, path: string): Promise<UpperFile | undefined> {
  const stat = await files.stat(upperDir, path);
  if (stat === undefined) return undefined;
  const { kind, mode, uid, gid, size, mtime, target, device } = stat;
  const isWhiteout = kind === "character" && device?.major === 0 && device.minor === 0;
  return {
    kind: isWhiteout ? "whiteout" : kind,
    mode,
    uid,
    gid,
    size: kind === "file" ? size : 0,
    mtime,
    ...(target === undefined ? {} : { target }),
  };
}
