import type { ContainerRecord } from "../../records.ts";
import type { Daemon } from "../daemon.ts";
import { watchExec } from "./exec.ts";
import { scheduleRestart, watchExit } from "./exit.ts";
import { resumeHealth } from "./health.ts";
import { removeContainer } from "./remove.ts";

/**
 * Takes up what a saved state says runs: waits for its end, restarts and probes at their deadlines. A task that has ended
 * meanwhile is told of by its wait, at once.
 */
export async function restoreContainers(daemon: Daemon): Promise<void> {
  for (const container of daemon.store.containers.all()) {
    container.state.removing = false;
    if (container.build !== undefined) {
      // Its build ended with the engine that ran it.
      if (container.state.running) adopt(daemon, container);
      daemon.containers.inBackground(
        `removing ${container.id} of an interrupted build`,
        removeContainer(daemon, container, { force: true, volumes: true }),
      );
      continue;
    }
    if (container.state.restarting) scheduleRestart(daemon, container);
    else if (container.state.running) adopt(daemon, container);
  }
  for (const exec of daemon.store.execs.all()) {
    const container = daemon.store.containers.get(exec.containerId);
    if (container === undefined) daemon.store.execs.delete(exec);
    else if (exec.running) {
      const ended = watchExec(daemon, container, exec);
      ended.catch(() => undefined);
      // Whoever was attached to it was so in the time before: the next start of it attaches again.
      daemon.containers.live(container).orphanedExecs.set(exec.id, ended);
    }
  }
}

function adopt(daemon: Daemon, container: ContainerRecord): void {
  const live = daemon.containers.live(container);
  live.stdio = Promise.resolve();
  // The mount of the running task.
  live.rootfs.users = 1;
  watchExit(daemon, container);
  if (!container.state.paused) resumeHealth(daemon, container);
}
