import { Conflict } from "../../errors.ts";
import type { ContainerRecord } from "../../records.ts";
import { step } from "../../steps.ts";
import type { Daemon } from "../daemon.ts";
import { sigkill } from "../signals.ts";
import { killRunning } from "./kill.ts";
import { containerDirectory } from "./log-config.ts";
import { endStdio } from "./stdio.ts";

/** `DELETE /containers/{name}`. With `force` a running container is killed first. */
export async function removeContainer(
  daemon: Daemon,
  container: ContainerRecord,
  options: { readonly force: boolean; readonly volumes: boolean },
): Promise<void> {
  const { state } = container;
  const live = daemon.containers.live(container);
  if (state.removing) throw new Conflict(`removal of container ${container.id} is already in progress`);
  state.removing = true;
  try {
    for (let removed = false; !removed;) {
      if (state.running && !options.force) throw new Conflict(runningMessage(container));
      if (state.running) await killRunning(daemon, container, sigkill);
      removed = await live.lock.run(async () => {
        // Its own end may have removed it: `--rm`.
        if (!daemon.containers.has(container)) return true;
        // A start came between.
        if (state.running) return false;
        await removeLocked(daemon, container, options);
        return true;
      });
    }
  } finally {
    state.removing = false;
  }
}

function runningMessage({ name, state }: ContainerRecord): string {
  const prefix = `cannot remove container "/${name}": `;
  if (state.paused) return `${prefix}container is paused and must be unpaused first`;
  return `${prefix}container is ${state.restarting ? "restarting" : "running"}: stop the container before removing or force remove`;
}

/**
 * With the lock held and no task running. The container is gone when this settles; its snapshot and its directory are
 * cleared away in the background, under an id that never comes again.
 */
export async function removeLocked(
  daemon: Daemon,
  container: ContainerRecord,
  options: { readonly volumes: boolean },
): Promise<void> {
  const { store, containers, networks, world } = daemon;
  const live = containers.live(container);
  live.cancelRestart?.();
  live.cancelHealth?.();
  await endStdio(daemon, container);
  store.containers.delete(container);
  for (const exec of store.execs.all()) if (exec.containerId === container.id) store.execs.delete(exec);
  networks.forget(container);
  if (options.volumes) await removeAnonymousVolumes(daemon, container);
  const clear = async (): Promise<void> => {
    await live.prepared.catch(() => undefined);
    // Whoever still uses the root (a copy) or unmounts it is let finish.
    await step(world, { name: "remove", container }, async () => {
      await live.rootfs.lock.run(() => world.snapshotter.remove(container.id));
      await world.files.remove("/", containerDirectory(container.id), { recursive: true });
    });
  };
  containers.inBackground(`removing ${container.id}`, clear());
  containers.forget(container);
  containers.publish(container, "destroy");
  live.removals.tell({
    exitCode: container.state.exitCode,
    oomKilled: container.state.oomKilled,
    at: world.clock.now(),
  });
}

/** A volume that another container uses as well (`--volumes-from`) stays. */
async function removeAnonymousVolumes(daemon: Daemon, { mounts }: ContainerRecord): Promise<void> {
  for (const { name, anonymous } of mounts) {
    if (name === undefined || !anonymous) continue;
    try {
      await daemon.volumes.remove(name);
    } catch (error) {
      if (!(error instanceof Conflict)) daemon.world.report(`removing volume ${name}`, error);
    }
  }
}
