import { Conflict } from "../../errors.ts";
import type { ContainerRecord } from "../../records.ts";
import type { Daemon } from "../daemon.ts";
import { startHealth } from "./health.ts";
import { isRestarting, notRunning } from "./kill.ts";

export async function pauseContainer(daemon: Daemon, container: ContainerRecord): Promise<void> {
  const live = daemon.containers.live(container);
  await daemon.containers.locked(container, async () => {
    const { state } = container;
    if (!state.running) throw notRunning(container);
    if (state.paused) throw new Conflict(`Container ${container.id} is already paused`);
    if (state.restarting) throw isRestarting(container);
    await daemon.world.runtime.pause(container.id);
    state.paused = true;
    live.cancelHealth?.();
    daemon.containers.publish(container, "pause");
  });
}

export async function unpauseContainer(daemon: Daemon, container: ContainerRecord): Promise<void> {
  await daemon.containers.locked(container, async () => {
    const { state } = container;
    if (!state.paused) throw new Conflict(`Container ${container.id} is not paused`);
    await daemon.world.runtime.resume(container.id);
    state.paused = false;
    startHealth(daemon, container);
    daemon.containers.publish(container, "unpause");
  });
}
