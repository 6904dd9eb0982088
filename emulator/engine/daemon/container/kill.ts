import { Conflict } from "../../errors.ts";
import type { ContainerRecord } from "../../records.ts";
import { step } from "../../steps.ts";
import type { Daemon } from "../daemon.ts";
import { parseSignal, sigkill } from "../signals.ts";

export function notRunning(container: ContainerRecord): Conflict {
  return new Conflict(`container ${container.id} is not running`);
}

export function isRestarting(container: ContainerRecord): Conflict {
  return new Conflict(`Container ${container.id} is restarting, wait until the container is running`);
}

/** `POST /containers/{name}/kill`: SIGKILL, and waits for the end; another signal is only sent. */
export async function killContainer(daemon: Daemon, container: ContainerRecord, signalText: string): Promise<void> {
  const signal = signalText === "" ? sigkill : parseSignal(signalText);
  if (!container.state.running) throw notRunning(container);
  if (signal === sigkill) await killRunning(daemon, container, signal);
  else await sendSignal(daemon, container, signal);
}

/** Sends and waits until the end has been dealt with. The restart policy keeps out of it. */
export async function killRunning(daemon: Daemon, container: ContainerRecord, signal: number): Promise<void> {
  const live = daemon.containers.live(container);
  await sendSignal(daemon, container, signal);
  if (container.state.running) await live.ended;
}

/** Publishes `kill`. A signal that ends containers also ends their automatic restarts. */
export async function sendSignal(daemon: Daemon, container: ContainerRecord, signal: number): Promise<void> {
  const { runtime } = daemon.world;
  const { state, restart, config } = container;
  const stopSignal = config.StopSignal === undefined || config.StopSignal === null ? undefined : config.StopSignal;
  const ends = signal === sigkill || stopSignal === undefined || parseSignal(stopSignal) === signal;
  if (ends) restart.manuallyStopped = true;
  if (state.restarting) {
    if (ends) await endRestarting(daemon, container);
    return;
  }
  await step(
    daemon.world,
    { name: "signal", container },
    () => runtime.signal(container.id, signal),
    () => ({ signal }),
  );
  // A frozen process takes no signal.
  if (ends && state.paused) {
    await runtime.resume(container.id);
    state.paused = false;
  }
  daemon.containers.publish(container, "kill", { signal: String(signal) });
}

/** A container between two automatic starts simply stays stopped. */
async function endRestarting(daemon: Daemon, container: ContainerRecord): Promise<void> {
  const { state, restart } = container;
  const live = daemon.containers.live(container);
  await live.lock.run(async () => {
    if (!state.restarting) return;
    live.cancelRestart?.();
    restart.nextAt = undefined;
    state.running = false;
    state.restarting = false;
    live.exits.tell({ exitCode: state.exitCode, oomKilled: false, at: state.finishedAt ?? daemon.world.clock.now() });
  });
}
