import { readTar } from "../../image/tar/read.ts";
import { writeTar } from "../../image/tar/write.ts";

export interface RunLayerOptions {
  /** Paths of mounts and of everything else that was put into the root for the run alone, absolute. */
  readonly stubs: readonly string[];
  /** Whether the root had the path before the run. */
  readonly existed: (path: string) => Promise<boolean>;
  /** Seconds since the epoch: later times become this one. */
  readonly newest: number;
}

/**
 * A run's upper directory as the layer it becomes: without the empty mount points that were made for it, and with no
 * time later than that of the newest input, so that the same inputs give the same digest.
 */
export async function runLayer(tar: Uint8Array, options: RunLayerOptions): Promise<Uint8Array> {
  const entries = [...readTar(tar)];
  const names = entries.map(({ name }) => `/${name.replace(/^\.?\//, "").replace(/\/$/, "")}`);
  const dropped = new Set<string>();
  for (const stub of options.stubs)
    for (let path = stub; path !== "/" && path !== ""; path = path.slice(0, path.lastIndexOf("/"))) {
      const at = names.indexOf(path);
      const entry = entries[at];
      if (entry === undefined || dropped.has(path) || (await options.existed(path))) break;
      const below = names.some((name) => name.startsWith(`${path}/`) && !dropped.has(name));
      if (below || (entry.kind === "file" && entry.size > 0)) break;
      dropped.add(path);
    }
  return writeTar(
    entries
      .filter((_entry, i) => !dropped.has(names[i] ?? ""))
      .map((entry) => {
        const { offset: _offset, content, ...header } = entry;
        const late = header.mtime > options.newest;
        const clamped = late ? { ...header, mtime: options.newest, mtimeNanoseconds: 0 } : header;
        return entry.kind === "file" ? { header: clamped, content } : { header: clamped };
      }),
  );
}
