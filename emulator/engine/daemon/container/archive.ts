import { Forbidden, InvalidParameter, NotFound } from "../../errors.ts";
import type { ContainerRecord } from "../../records.ts";
import { GuestFileError, type FileStat } from "../../runtime.ts";
import { rfc3339 } from "../../time.ts";
import type { Daemon } from "../daemon.ts";
import { cleanPath } from "./mounts.ts";
import { holdRootfs, releaseRootfs } from "./rootfs.ts";

/** A place in a container: what is resolved below `root`, which bounds it. */
interface Place {
  readonly root: string;
  readonly path: string;
  readonly readOnly: boolean;
}

/**
 * A running container is seen through its own root, with all it has mounted. One that does not run has its snapshot
 * mounted, and paths below a volume or a bind mount lead there.
 */
async function withPlace<T>(
  daemon: Daemon,
  container: ContainerRecord,
  path: string,
  use: (place: Place, done: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const { state, hostConfig } = container;
  await daemon.containers.live(container).prepared;
  const absolute = cleanPath(`/${path}`);
  const mount = container.mounts
    .filter(({ destination }) => absolute === destination || absolute.startsWith(`${destination}/`))
    .sort((a, b) => b.destination.length - a.destination.length)[0];
  const readOnly = mount === undefined ? hostConfig.ReadonlyRootfs === true : !mount.readWrite;
  if (state.running && !state.restarting)
    return use({ root: `/proc/${String(state.pid)}/root`, path: absolute, readOnly }, async () => {});
  const merged = await holdRootfs(daemon, container);
  let released = false;
  const done = async (): Promise<void> => {
    if (released) return;
    released = true;
    await releaseRootfs(daemon, container);
  };
  try {
    const place =
      mount === undefined || mount.type === "tmpfs"
        ? { root: merged, path: absolute, readOnly }
        : { root: mount.source, path: absolute.slice(mount.destination.length) || "/", readOnly };
    return await use(place, done);
  } catch (error) {
    await done();
    throw error;
  }
}

async function lookUp(daemon: Daemon, container: ContainerRecord, place: Place, path: string): Promise<FileStat> {
  const stat = await daemon.world.files.stat(place.root, place.path).catch((error: unknown) => {
    if (error instanceof GuestFileError && ["ENOENT", "ENOTDIR"].includes(error.code)) return undefined;
    throw error;
  });
  if (stat === undefined) throw new NotFound(`Could not find the file ${path} in container ${container.name}`);
  if (stat.kind === "symlink" && path.endsWith("/")) {
    const followed = await daemon.world.files.stat(place.root, place.path, { follow: true });
    if (followed !== undefined) return followed;
  }
  return stat;
}

export interface PathStat {
  readonly name: string;
  readonly size: number;
  /** Go's os.FileMode. */
  readonly mode: number;
  readonly mtime: string;
  readonly linkTarget: string;
}

const goModeBits: Readonly<Record<FileStat["kind"], number>> = {
  file: 0,
  directory: 2 ** 31,
  symlink: 2 ** 27,
  block: 2 ** 26,
  character: 2 ** 26 + 2 ** 21,
  fifo: 2 ** 25,
  socket: 2 ** 24,
};

function pathStat(path: string, stat: FileStat): PathStat {
  const special =
    (stat.mode & 0o4000 ? 2 ** 23 : 0) + (stat.mode & 0o2000 ? 2 ** 22 : 0) + (stat.mode & 0o1000 ? 2 ** 20 : 0);
  return {
    name: baseName(path),
    size: stat.size,
    mode: goModeBits[stat.kind] + special + (stat.mode & 0o777),
    mtime: rfc3339(stat.mtime),
    linkTarget: stat.target === undefined ? "" : resolveLink(path, stat.target),
  };
}

function resolveLink(path: string, target: string): string {
  return target.startsWith("/") ? cleanPath(target) : cleanPath(`${cleanPath(`/${path}`)}/../${target}`);
}

function baseName(path: string): string {
  return path.replace(/\/+$/, "").split("/").at(-1) || "/";
}

/** `HEAD /containers/{name}/archive`. */
export async function statPath(daemon: Daemon, container: ContainerRecord, path: string): Promise<PathStat> {
  requirePath(path);
  return withPlace(daemon, container, path, async (place, done) => {
    const stat = await lookUp(daemon, container, place, path);
    await done();
    return pathStat(path, stat);
  });
}

/** `GET /containers/{name}/archive`: a tar of the path, its names beginning with the path's last part. */
export async function readArchive(
  daemon: Daemon,
  container: ContainerRecord,
  path: string,
): Promise<{ stat: PathStat; tar: ReadableStream<Uint8Array> }> {
  requirePath(path);
  return withPlace(daemon, container, path, async (place, done) => {
    const stat = await lookUp(daemon, container, place, path);
    const name = baseName(path);
    const tar = daemon.world.files.pack(place.root, place.path, { name: name === "/" ? "." : name });
    daemon.containers.publish(container, "archive-path");
    return { stat: pathStat(path, stat), tar: whenDone(daemon, tar, done) };
  });
}

/** `PUT /containers/{name}/archive`: extracts into a directory that is there. */
export async function writeArchive(
  daemon: Daemon,
  container: ContainerRecord,
  request: {
    readonly path: string;
    readonly tar: ReadableStream<Uint8Array>;
    readonly noOverwriteDirNonDir: boolean;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { path } = request;
  requirePath(path);
  await withPlace(daemon, container, path, async (place, done) => {
    const { files } = daemon.world;
    const stat = await files.stat(place.root, place.path, { follow: true });
    if (stat === undefined) throw new NotFound(`Could not find the file ${path} in container ${container.name}`);
    if (stat.kind !== "directory") throw new InvalidParameter("extraction point is not a directory");
    if (place.readOnly)
      throw new Forbidden(
        place.root.startsWith("/proc/") || container.hostConfig.ReadonlyRootfs === true
          ? "container rootfs is marked read-only"
          : "mounted volume is marked read-only",
      );
    await files.unpack(place.root, place.path, request.tar, {
      noOverwriteDirNonDir: request.noOverwriteDirNonDir,
      signal: request.signal,
    });
    await done();
    daemon.containers.publish(container, "extract-to-dir");
  });
}

/** `GET /containers/{name}/export`: the whole root, without what is mounted over it. */
export async function exportContainer(daemon: Daemon, container: ContainerRecord): Promise<ReadableStream<Uint8Array>> {
  await daemon.containers.live(container).prepared;
  const root = await holdRootfs(daemon, container);
  daemon.containers.publish(container, "export");
  const tar = daemon.world.files.pack(root, "/", { name: "", contents: true });
  return whenDone(daemon, tar, () => releaseRootfs(daemon, container));
}

function requirePath(path: string): void {
  if (path === "") throw new InvalidParameter("missing required parameter: path");
}

/** The same bytes; `done` is called once, however the stream ends. */
function whenDone(
  daemon: Daemon,
  source: ReadableStream<Uint8Array>,
  done: () => Promise<void>,
): ReadableStream<Uint8Array> {
  const reader = source.getReader();
  const finish = (): void => {
    daemon.containers.inBackground("releasing a container's root", done());
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done: ended, value } = await reader.read();
          if (!ended) {
            controller.enqueue(value);
            return;
          }
          controller.close();
        } catch (error) {
          controller.error(error);
        }
        finish();
      },
      async cancel(reason) {
        await reader.cancel(reason);
        finish();
      },
    },
    { highWaterMark: 0 },
  );
}
