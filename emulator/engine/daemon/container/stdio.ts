import { InvalidParameter } from "../../errors.ts";
import type { LogFile, TaskStdio, WindowSize } from "../../runtime.ts";
import type { ContainerRecord } from "../../records.ts";
import type { Daemon } from "../daemon.ts";
import { logFile } from "./log-config.ts";

/** Throws InvalidParameter for log options that mean nothing. */
export function taskStdio(daemon: Daemon, container: ContainerRecord): TaskStdio {
  try {
    return stdioWith(container, logFile(container, daemon.world.host.log));
  } catch (error) {
    if (!(error instanceof InvalidParameter)) throw error;
    throw new InvalidParameter(
      `failed to create task for container: failed to initialize logging driver: ${error.message}`,
    );
  }
}

function stdioWith({ config, hostConfig }: ContainerRecord, log: LogFile | undefined): TaskStdio {
  return {
    terminal: config.Tty === true ? windowSize(hostConfig.ConsoleSize) : undefined,
    stdin: config.OpenStdin === true,
    stdinOnce: config.StdinOnce === true,
    log,
  };
}

/** Docker's pairs are height first. */
export function windowSize(pair: readonly number[] | null | undefined): WindowSize {
  const [rows = 0, columns = 0] = pair ?? [];
  return { columns, rows };
}

/** Makes the task's stdio once, whoever comes first: an attach or the start. */
export async function prepareStdio(daemon: Daemon, container: ContainerRecord): Promise<void> {
  const live = daemon.containers.live(container);
  live.stdio ??= live.prepared.then(() =>
    daemon.world.runtime.prepare(container.id, attachableStdio(daemon, container)),
  );
  await live.stdio;
}

/** An attach is good even where the start will fail for its log options. */
function attachableStdio(daemon: Daemon, container: ContainerRecord): TaskStdio {
  try {
    return taskStdio(daemon, container);
  } catch (error) {
    if (error instanceof InvalidParameter) return stdioWith(container, undefined);
    throw error;
  }
}

/** Gives the stdio up; whoever is attached sees the end. */
export async function endStdio(daemon: Daemon, container: ContainerRecord): Promise<void> {
  const live = daemon.containers.live(container);
  const { stdio } = live;
  if (stdio === undefined) return;
  live.stdio = undefined;
  await stdio.then(
    () => daemon.world.runtime.remove(container.id),
    // It was never made.
    () => undefined,
  );
}
