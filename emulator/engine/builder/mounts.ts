import type { MountBody } from "../container-body.ts";
import type { Mount } from "../../dockerfile/mount.ts";
import type { Daemon } from "../daemon/daemon.ts";
import type { KeyedMutex } from "../mutex.ts";
import { sha256 } from "../../image/digest.ts";
import { cacheDirectory, type BuildCache } from "./cache.ts";
import { identity } from "./identity.ts";
import type { OpMount, RunOp } from "./op.ts";

/** What a RUN finds mounted, and how it is taken away again. */
export interface StepMounts {
  readonly mounts: readonly MountBody[];
  readonly tmpfs: Readonly<Record<string, string>>;
  readonly env: readonly string[];
  /** Paths in the root that exist for the mounts alone. */
  readonly stubs: readonly string[];
  release(): Promise<void>;
}

export interface MountContext {
  readonly daemon: Daemon;
  readonly cache: BuildCache;
  readonly secrets: Readonly<Record<string, Uint8Array>>;
  /** Layers (diff ids) of what a mount is of. */
  readonly layersOf: (mount: OpMount) => Promise<readonly string[]>;
  /** Held while a cache mount with `sharing=locked` is in use. */
  readonly locks: KeyedMutex;
  /** Keys of cache mounts that a step has now. */
  readonly inUse: Set<string>;
  readonly signal: AbortSignal;
}

const root = "/var/lib/docker/buildkit";

/** Makes the mounts of a step in the guest, in order. Nothing is left when one of them fails. */
export async function makeMounts(op: RunOp, context: MountContext): Promise<StepMounts> {
  const undo: (() => Promise<void>)[] = [];
  const mounts: MountBody[] = [];
  const tmpfs: Record<string, string> = {};
  const env: string[] = [];
  const stubs: string[] = [];
  const release = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse())
      try {
        await step();
      } catch (error) {
        context.daemon.world.report("taking a build's mount away", error);
      }
  };
  const bind = (source: string, target: string, readOnly: boolean): void => {
    mounts.push({ Type: "bind", Source: source, Target: target, ReadOnly: readOnly });
    stubs.push(target);
  };
  try {
    if (op.script !== undefined) {
      const directory = await secretDirectory(context, undo);
      const bytes = new TextEncoder().encode(op.script.content);
      await context.daemon.world.files.write("/", `${directory}/${op.script.name}`, bytes, { mode: 0o755 });
      bind(directory, "/dev/pipes", true);
    }
    for (const each of op.mounts) {
      const { mount, target } = each;
      switch (mount.type) {
        case "tmpfs":
          tmpfs[target] = mount.size === undefined || mount.size === 0 ? "" : `size=${String(mount.size)}`;
          stubs.push(target);
          break;
        case "secret": {
          const id = secretId(mount);
          const value = Object.hasOwn(context.secrets, id) ? context.secrets[id] : undefined;
          if (value === undefined) {
            if (mount.required) throw new Error(`secret ${id}: not found`);
            break;
          }
          if (mount.env !== undefined) env.push(`${mount.env || id}=${new TextDecoder().decode(value)}`);
          if (mount.env !== undefined && mount.target === "") break;
          const directory = await secretDirectory(context, undo);
          await context.daemon.world.files.write("/", `${directory}/secret`, value, {
            mode: mount.mode ?? 0o400,
            uid: mount.uid ?? 0,
            gid: mount.gid ?? 0,
          });
          bind(`${directory}/secret`, mount.target === "" ? `/run/secrets/${id}` : target, true);
          break;
        }
        case "cache":
          bind(await cacheMount(each, context, undo), target, mount.readOnly);
          break;
        case "bind":
          bind(await sourceMount(each, context, undo), target, mount.readOnly);
          break;
        case "ssh":
          throw new Error("there is no SSH agent to forward to a build");
        default:
          mount.type satisfies never;
      }
    }
  } catch (error) {
    await release();
    throw error;
  }
  return { mounts, tmpfs, env, stubs, release };
}

/** As it is given, or the last part of what it is mounted as. */
export function secretId({ id, target, source }: Mount): string {
  if (id !== "") return id;
  return (source !== "" ? source : target).split("/").at(-1) ?? "";
}

/** A directory for what only this step may see. */
async function secretDirectory({ daemon }: MountContext, undo: (() => Promise<void>)[]): Promise<string> {
  const { files, random } = daemon.world;
  const directory = `${root}/step/${identity(random)}`;
  await files.makeDirectory("/", directory, { mode: 0o711, parents: true });
  undo.push(() => files.remove("/", directory, { recursive: true }));
  return directory;
}

/** Another stage, an image or the context, mounted for the step; what is written to it is gone afterwards. */
async function sourceMount(each: OpMount, context: MountContext, undo: (() => Promise<void>)[]): Promise<string> {
  const { daemon } = context;
  const { snapshotter, files, random } = daemon.world;
  const id = `build-${identity(random)}`;
  const layers = await context.layersOf(each);
  daemon.store.buildSnapshots.add(id);
  undo.push(async () => {
    await snapshotter.remove(id);
    daemon.store.buildSnapshots.delete(id);
  });
  await snapshotter.prepare(id, layers);
  const { mergedDir } = await snapshotter.mount(id);
  const source = `/${each.mount.source}`.replace(/\/+/g, "/");
  const found = await files.stat(mergedDir, source, { follow: true });
  if (found === undefined) throw new Error(`failed to calculate checksum of ref: ${JSON.stringify(source)}: not found`);
  return source === "/" ? mergedDir : `${mergedDir}${source}`.replace(/\/$/, "");
}

async function cacheMount(each: OpMount, context: MountContext, undo: (() => Promise<void>)[]): Promise<string> {
  const { daemon, cache, locks, inUse, signal } = context;
  const { mount, target } = each;
  const { files } = daemon.world;
  const id = mount.id === "" ? target : mount.id;
  const from = each.source === undefined ? [] : await context.layersOf(each);
  const key = await sha256(new TextEncoder().encode(JSON.stringify(["cache", id, from, mount.source])));
  // A private one that somebody has is begun anew, for this step alone.
  if (mount.sharing === "private" && inUse.has(key)) return secretDirectory(context, undo);
  const directory = cacheDirectory(key);
  if (mount.sharing === "locked") {
    const unlock = await locked(locks, key, signal);
    undo.push(async () => {
      unlock();
      return Promise.resolve();
    });
  }
  inUse.add(key);
  undo.push(async () => {
    inUse.delete(key);
    const record = daemon.store.buildCache.get(key);
    if (record !== undefined) record.size = await files.usage("/", directory);
  });
  if ((await files.stat("/", directory)) === undefined) {
    const owner = { mode: mount.mode ?? 0o755, uid: mount.uid ?? 0, gid: mount.gid ?? 0 };
    await files.makeDirectory("/", directory, { ...owner, parents: true });
    if (from.length > 0) {
      const release: (() => Promise<void>)[] = [];
      try {
        const source = await sourceMount(each, context, release);
        await files.unpack("/", directory, files.pack("/", source, { contents: true }), { signal });
      } finally {
        for (const step of release.reverse()) await step();
      }
    }
  }
  if (cache.find(key) === undefined)
    cache.add({
      key,
      kind: "exec.cachemount",
      description: `cached mount ${target} with id ${JSON.stringify(id)}`,
      size: 0,
      place: key,
    });
  return directory;
}

/** Takes the lock when it is its turn; the result gives it back. */
function locked(locks: KeyedMutex, key: string, signal: AbortSignal): Promise<() => void> {
  return new Promise((resolve, reject) => {
    void locks.run(
      key,
      () =>
        new Promise<void>((release) => {
          if (signal.aborted) {
            release();
            reject(signal.reason instanceof Error ? signal.reason : new Error("aborted"));
          } else resolve(release);
        }),
    );
  });
}
