import type { TaskExit } from "../../runtime.ts";
import type { ContainerRecord } from "../../records.ts";
import { step } from "../../steps.ts";
import type { Daemon } from "../daemon.ts";
import { messageOf } from "../../errors.ts";
import { removeLocked } from "./remove.ts";
import { nextRestart } from "./restart-policy.ts";
import { releaseRootfs } from "./rootfs.ts";
import { shmPath } from "./sharing.ts";
import { startLocked } from "./start.ts";
import { endStdio } from "./stdio.ts";
import { publishVolumes, unmountVolumes } from "./volumes-in-use.ts";

/** From now on the end of the container's task is dealt with. */
export function watchExit(daemon: Daemon, container: ContainerRecord): void {
  const { world, containers } = daemon;
  const live = containers.live(container);
  const exit = step(
    world,
    { name: "run", container },
    () => world.runtime.wait(container.id),
    ({ exitCode }) => ({ exitCode }),
  );
  live.ended = exit.then(
    (exit) => ended(exit),
    (error: unknown) => {
      if (!daemon.closed.aborted) world.report(`waiting for ${container.id}`, error);
      return ended({ exitCode: lostExitCode, oomKilled: false, at: world.clock.now() });
    },
  );
  live.ended.catch((error: unknown) => {
    world.report(`the end of ${container.id}`, error);
  });

  async function ended(exit: TaskExit): Promise<void> {
    // A closed engine leaves what it had to the one that takes over.
    if (!daemon.closed.aborted) await live.lock.run(() => exited(daemon, container, exit));
  }
}

/** Of a task that is not there any more, as Docker gives it after a crash. */
const lostExitCode = 255;

/** With the lock held: gives back what the task had in the guest, decides about a restart, tells who waits. */
async function exited(daemon: Daemon, container: ContainerRecord, exit: TaskExit): Promise<void> {
  const { world, containers } = daemon;
  const { state, restart, hostConfig } = container;
  const live = containers.live(container);
  live.cancelHealth?.();
  await giveBack(daemon, container);
  state.pid = 0;
  state.paused = false;
  state.exitCode = exit.exitCode;
  state.oomKilled = exit.oomKilled;
  state.finishedAt = exit.at;
  const ranFor = exit.at - (state.startedAt ?? exit.at);
  const removes = hostConfig.AutoRemove === true && !live.keepsAfterExit;
  const wait = live.keepsAfterExit ? undefined : nextRestart(container, exit.exitCode, ranFor);
  if (exit.oomKilled) containers.publish(container, "oom");
  state.running = wait !== undefined;
  state.restarting = wait !== undefined;
  publishVolumes(daemon, container, "unmount");
  containers.publish(container, "die", {
    exitCode: String(exit.exitCode),
    execDuration: String(Math.max(0, Math.floor(ranFor / 1000))),
  });
  live.exits.tell(exit);
  if (wait !== undefined) {
    restart.nextAt = world.clock.now() + wait;
    scheduleRestart(daemon, container);
  } else if (removes) await removeLocked(daemon, container, { volumes: true });
}

async function giveBack(daemon: Daemon, container: ContainerRecord): Promise<void> {
  const { world, networks, containers } = daemon;
  const removeTask = async (): Promise<void> => {
    // The processes' own mounts end with them, so the root is free only then.
    await endStdio(daemon, container);
    await unmountVolumes(daemon, container);
    containers.inBackground(`unmounting the root of ${container.id}`, releaseRootfs(daemon, container));
  };
  const results = await Promise.allSettled([
    step(world, { name: "release", container }, () => networks.release(container)),
    removeTask(),
    container.hostConfig.IpcMode === "shareable" ? world.files.unmount(shmPath(container.id)) : undefined,
  ]);
  for (const result of results)
    if (result.status === "rejected") world.report(`cleaning up after ${container.id}`, result.reason);
}

/** Starts the container again at `restart.nextAt`, unless it is stopped before. */
export function scheduleRestart(daemon: Daemon, container: ContainerRecord): void {
  const { world, containers } = daemon;
  const { restart, state } = container;
  const live = containers.live(container);
  const delay = Math.max(0, (restart.nextAt ?? 0) - world.clock.now());
  const cancel = world.clock.after(delay, () => {
    live.cancelRestart = undefined;
    const again = live.lock.run(async () => {
      if (!state.restarting || restart.manuallyStopped) return;
      restart.nextAt = undefined;
      restart.count++;
      await startAgain(daemon, container);
    });
    containers.inBackground(`restarting ${container.id}`, again);
  });
  live.cancelRestart = () => {
    cancel();
    live.cancelRestart = undefined;
  };
}

/** A start by the policy that fails leaves the container stopped, with the reason in its state. */
async function startAgain(daemon: Daemon, container: ContainerRecord): Promise<void> {
  try {
    await startLocked(daemon, container);
  } catch (error) {
    container.state.error = messageOf(error);
    container.state.finishedAt = daemon.world.clock.now();
    daemon.containers.publish(container, "die", { exitCode: String(container.state.exitCode), execDuration: "0" });
    daemon.containers.live(container).exits.tell({
      exitCode: container.state.exitCode,
      oomKilled: false,
      at: container.state.finishedAt,
    });
  }
}
