import type { ContainerRecord } from "../../records.ts";
import { step } from "../../steps.ts";
import type { Daemon } from "../daemon.ts";

/** Mounts the container's root for as long as `use` runs, or goes on using the mount that is there. */
export async function withRootfs<T>(
  daemon: Daemon,
  container: ContainerRecord,
  use: (root: string) => Promise<T>,
): Promise<T> {
  const root = await holdRootfs(daemon, container);
  try {
    return await use(root);
  } finally {
    await releaseRootfs(daemon, container);
  }
}

/** One more use of the mounted root; its path. */
export async function holdRootfs(daemon: Daemon, container: ContainerRecord): Promise<string> {
  const { rootfs } = daemon.containers.live(container);
  const { world } = daemon;
  return rootfs.lock.run(async () => {
    const { mergedDir } =
      rootfs.users === 0
        ? await step(world, { name: "mount", container }, () => world.snapshotter.mount(container.id))
        : world.snapshotter.describe(container.id);
    rootfs.users++;
    return mergedDir;
  });
}

/** One use less; the last one unmounts. */
export async function releaseRootfs(daemon: Daemon, container: ContainerRecord): Promise<void> {
  const { rootfs } = daemon.containers.live(container);
  const { world } = daemon;
  await rootfs.lock.run(async () => {
    if (--rootfs.users === 0)
      await step(world, { name: "unmount", container }, () => world.snapshotter.unmount(container.id));
  });
}
