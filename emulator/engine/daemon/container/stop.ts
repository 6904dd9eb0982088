import { NotModified } from "../../errors.ts";
import type { ContainerRecord } from "../../records.ts";
import type { Daemon } from "../daemon.ts";
import { parseSignal, sigkill, sigterm } from "../signals.ts";
import { killRunning, sendSignal } from "./kill.ts";
import { startLocked } from "./start.ts";

export interface StopOptions {
  /** Empty: the container's own stop signal. */
  readonly signal: string;
  /** Seconds; negative waits for ever; undefined: the container's own. */
  readonly timeout: number | undefined;
}

const defaultTimeout = 10;

/** `POST /containers/{name}/stop`. Goes on when the client has gone. Throws NotModified when it does not run. */
export async function stopContainer(daemon: Daemon, container: ContainerRecord, options: StopOptions): Promise<void> {
  if (!container.state.running) throw new NotModified("");
  await stopRunning(daemon, container, options);
}

async function stopRunning(daemon: Daemon, container: ContainerRecord, options: StopOptions): Promise<void> {
  const { config, state } = container;
  const live = daemon.containers.live(container);
  const signalText = options.signal || (config.StopSignal ?? "");
  const signal = signalText === "" ? sigterm : parseSignal(signalText);
  const timeout = options.timeout ?? config.StopTimeout ?? defaultTimeout;
  container.restart.manuallyStopped = true;
  const { ended } = live;
  await sendSignal(daemon, container, signal);
  if (state.running && !(await endsWithin(daemon, ended, timeout)) && state.running)
    await killRunning(daemon, container, sigkill);
  daemon.containers.publish(container, "stop");
}

async function endsWithin(daemon: Daemon, ended: Promise<void>, seconds: number): Promise<boolean> {
  if (seconds < 0) {
    await ended;
    return true;
  }
  return new Promise((resolve, reject) => {
    const cancel = daemon.world.clock.after(seconds * 1000, () => {
      resolve(false);
    });
    ended.then(
      () => {
        cancel();
        resolve(true);
      },
      (error: unknown) => {
        cancel();
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  });
}

/** `POST /containers/{name}/restart`: neither `--rm` nor the restart policy takes notice of the stop. */
export async function restartContainer(
  daemon: Daemon,
  container: ContainerRecord,
  options: StopOptions,
): Promise<void> {
  const live = daemon.containers.live(container);
  if (container.state.running) {
    live.keepsAfterExit = true;
    try {
      await stopRunning(daemon, container, options);
    } finally {
      live.keepsAfterExit = false;
    }
  }
  await daemon.containers.locked(container, async () => {
    container.restart.manuallyStopped = false;
    if (!container.state.running) await startLocked(daemon, container);
  });
  daemon.containers.publish(container, "restart");
}
