import { together } from "../../concurrency.ts";
import { GuestFileError } from "../../runtime.ts";
import { InvalidParameter } from "../../errors.ts";
import type { ContainerRecord, MountRecord } from "../../records.ts";
import { step } from "../../steps.ts";
import type { Daemon } from "../daemon.ts";
import { containerDirectory } from "./log-config.ts";
import { withRootfs } from "./rootfs.ts";

/** What `create` leaves in the guest: the container's directory, its snapshot, its working directory, filled volumes. */
export async function prepareContainer(daemon: Daemon, container: ContainerRecord): Promise<void> {
  const { files, snapshotter } = daemon.world;
  await together([
    step(daemon.world, { name: "layers", container }, () => snapshotter.prepare(container.id, container.layers)),
    files.makeDirectory("/", containerDirectory(container.id), { mode: 0o710, parents: true }),
  ]);
  if (!needsRootfs(container)) return;
  const volumes = volumesToFill(container);
  const workingDir = container.config.WorkingDir ?? "";
  await withRootfs(daemon, container, async (root) => {
    await makeWorkingDirectory(daemon, root, workingDir);
    for (const mount of volumes) await fillVolume(daemon, container, root, mount);
  });
}

function volumesToFill({ mounts }: ContainerRecord): MountRecord[] {
  return mounts.filter((mount) => mount.copyUp && mount.name !== undefined);
}

/** Whether there is something to do in the container's own files before its first start. */
export function needsRootfs(container: ContainerRecord): boolean {
  return volumesToFill(container).length > 0 || !["", "/"].includes(container.config.WorkingDir ?? "");
}

async function makeWorkingDirectory(daemon: Daemon, root: string, path: string): Promise<void> {
  if (path === "" || path === "/") return;
  const { files } = daemon.world;
  const there = await files.stat(root, path, { follow: true });
  if (there?.kind === "directory") return;
  if (there !== undefined) throw new InvalidParameter(`Cannot mkdir: ${path} is not a directory`);
  try {
    await files.makeDirectory(root, path, { mode: 0o755, parents: true });
  } catch (error) {
    if (error instanceof GuestFileError && error.code === "ENOTDIR")
      throw new InvalidParameter(`Cannot mkdir: ${path} is not a directory`);
    throw error;
  }
}

/** An empty volume takes the files, the owner and the mode that the image has at its destination. */
async function fillVolume(daemon: Daemon, container: ContainerRecord, root: string, mount: MountRecord): Promise<void> {
  const { files } = daemon.world;
  const name = mount.name ?? "";
  await daemon.containers.volumeLocks.run(name, async () => {
    await daemon.volumes.mount(name, container.id);
    try {
      await copyUp();
    } finally {
      await daemon.volumes.unmount(name, container.id);
    }
  });

  async function copyUp(): Promise<void> {
    const [source, content] = await Promise.all([
      files.stat(root, mount.destination, { follow: true }),
      files.list("/", mount.source),
    ]);
    if (source === undefined || content.length > 0) return;
    if (source.kind !== "directory")
      throw new InvalidParameter(`cannot mount volume over existing file, file exists ${root}${mount.destination}`);
    // The archive's own first entry carries the directory's owner and mode to the volume's root.
    await files.unpack("/", mount.source, files.pack(root, mount.destination, { name: "." }));
  }
}
