import type { ContainerRecord } from "../../engine/records.ts";
import type { Files, Snapshotter } from "../../engine/runtime.ts";
import type { ContainerBrief, UpperChange, UpperFile, UpperReading } from "../../observe/layers/facts.ts";

/** So many changed names are looked at in one reading; each is one short call into the guest. */
const statLimit = 200;

export function containerBrief({ id, name, imageId, state }: ContainerRecord): ContainerBrief {
  return { id, name, imageId, running: state.running };
}

/** A container's upperdir now, against what is below it. Costs the guest one walk of the upperdir. */
export async function upperReading(
  snapshotter: Pick<Snapshotter, "describe" | "changes">,
  files: Pick<Files, "stat">,
  container: ContainerRecord,
): Promise<UpperReading> {
  const { lowerDirs, upperDir, workDir, mergedDir } = snapshotter.describe(container.id);
  const found = await snapshotter.changes(container.id);
  let room = statLimit;
  const changes = await Promise.all(
    found.map(async ({ path, kind }): Promise<UpperChange> => {
      const isRead = room-- > 0;
      const upper = isRead ? await upperFile(files, upperDir, path) : undefined;
      return { path, change: kind, upper };
    }),
  );
  return {
    container: containerBrief(container),
    diffIds: container.layers,
    lowerDirs,
    upperDir,
    workDir,
    mergedDir,
    changes,
    unread: Math.max(0, found.length - statLimit),
  };
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
