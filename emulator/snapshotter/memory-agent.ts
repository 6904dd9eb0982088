import type { NewEntry } from "../agent/agent.ts";
import { type Change, GuestFileError } from "../engine/runtime.ts";
import { tarHeader } from "../image/tar/entry.ts";
import { writeTar } from "../image/tar/write.ts";
import type { OverlayAgent } from "./overlay.ts";

export interface MountCall {
  readonly source: string;
  readonly target: string;
  readonly type: string;
  readonly options: string;
  readonly cwd?: string;
}

/** Of the agent's protocol. */
const REQUEST_LIMIT = 262_144;

/**
 * The agent as snapshots need it, over a tree in memory: for tests without a machine. Symlinks are kept and not followed;
 * an overlay's merged view is not made, but `write` puts a file where a container would.
 */
export class MemoryAgent implements OverlayAgent {
  /** By absolute path. */
  readonly entries = new Map<string, NewEntry>();
  readonly mounts: MountCall[] = [];
  /** Bytes that fit; `create` fails with ENOSPC beyond. */
  capacity = Infinity;

  create(directory: string, entries: readonly NewEntry[]): Promise<void> {
    const size = entries.reduce((sum, entry) => sum + (entry.kind === "file" ? entry.bytes.length : 0), 0);
    if (size > REQUEST_LIMIT) return failed("EMSGSIZE", directory);
    for (const entry of entries) {
      const path = `${directory}/${entry.path}`;
      const parent = entry.path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : undefined;
      if (parent !== undefined && !parent.endsWith("/l") && this.entries.get(parent)?.kind !== "directory") {
        return failed("ENOENT", path);
      }
      if (this.entries.size >= this.capacity) return failed("ENOSPC", path);
      if (entry.kind === "file" || !this.entries.has(path)) this.entries.set(path, entry);
    }
    return Promise.resolve();
  }

  remove(path: string): Promise<void> {
    if (!this.entries.has(path)) return failed("ENOENT", path);
    for (const at of [...this.entries.keys()]) if (at === path || at.startsWith(`${path}/`)) this.entries.delete(at);
    return Promise.resolve();
  }

  mount(call: MountCall): Promise<void> {
    if (this.entries.get(call.target)?.kind !== "directory") return failed("ENOENT", call.target);
    if (call.options.length > 4095) return failed("EINVAL", call.target);
    this.mounts.push(call);
    return Promise.resolve();
  }

  unmount(target: string): Promise<void> {
    const at = this.mounts.findLastIndex((mount) => mount.target === target);
    if (at < 0) return failed("EINVAL", target);
    this.mounts.splice(at, 1);
    return Promise.resolve();
  }

  /** Everything in the upperdir counts as added. */
  changes(upper: string): Promise<readonly Change[]> {
    return Promise.resolve(this.below(upper).map(([path]) => ({ path: `/${path}`, kind: "added" as const })));
  }

  packLayer(upper: string): ReadableStream<Uint8Array> {
    const files = this.below(upper).flatMap(([path, entry]) =>
      entry.kind === "file" ? [{ header: tarHeader(path, "file", { mode: entry.mode }), content: entry.bytes }] : [],
    );
    return new ReadableStream({
      start(controller) {
        controller.enqueue(writeTar(files));
        controller.close();
      },
    });
  }

  usage(path: string): Promise<number> {
    const sizes = this.below(path).map(([, entry]) => (entry.kind === "file" ? entry.bytes.length : 0));
    return Promise.resolve(sizes.reduce((sum, size) => sum + size, 0));
  }

  write(path: string, text: string): void {
    this.entries.set(path, { kind: "file", path, mode: 0o644, bytes: new TextEncoder().encode(text) });
  }

  private below(directory: string): [string, NewEntry][] {
    return [...this.entries].flatMap(([path, entry]): [string, NewEntry][] =>
      path.startsWith(`${directory}/`) ? [[path.slice(directory.length + 1), entry]] : [],
    );
  }
}

function failed(code: string, path: string): Promise<never> {
  return Promise.reject(new GuestFileError(code, path, `${path}: ${code}`));
}
