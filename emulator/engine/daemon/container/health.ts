import type { HealthcheckResult } from "../../../spec/engine-api.generated.ts";
import type { ContainerRecord } from "../../records.ts";
import { rfc3339 } from "../../time.ts";
import type { Daemon } from "../daemon.ts";
import { runProbe } from "./probe.ts";

const nano = 1e6;
const keptResults = 5;

interface HealthTimes {
  readonly interval: number;
  readonly timeout: number;
  readonly startPeriod: number;
  readonly startInterval: number;
  readonly retries: number;
}

/** In milliseconds, with Docker's defaults. */
function times({ config }: ContainerRecord): HealthTimes {
  const check = config.Healthcheck ?? {};
  return {
    interval: (check.Interval ?? 0) / nano || 30_000,
    timeout: (check.Timeout ?? 0) / nano || 30_000,
    startPeriod: (check.StartPeriod ?? 0) / nano,
    startInterval: (check.StartInterval ?? 0) / nano || 5_000,
    retries: check.Retries || 3,
  };
}

/** The command of the probe; undefined when there is none. */
export function probeCommand({ config }: ContainerRecord): readonly string[] | undefined {
  const [kind, ...rest] = config.Healthcheck?.Test ?? [];
  switch (kind) {
    case "CMD":
      return rest;
    case "CMD-SHELL":
      return [...(config.Shell ?? ["/bin/sh", "-c"]), ...rest];
    default:
      return undefined;
  }
}

/** Begins the probes of a container that has started or goes on. */
export function startHealth(daemon: Daemon, container: ContainerRecord): void {
  const command = probeCommand(container);
  if (command === undefined) {
    container.health = undefined;
    return;
  }
  container.health = { status: "starting", failingStreak: 0, log: [], nextAt: undefined };
  schedule(daemon, container, command);
}

/** Takes up probes whose deadlines are known: after a restore. */
export function resumeHealth(daemon: Daemon, container: ContainerRecord): void {
  const command = probeCommand(container);
  if (command !== undefined && container.health !== undefined)
    schedule(daemon, container, command, container.health.nextAt);
}

function inStartPeriod(daemon: Daemon, container: ContainerRecord): boolean {
  return daemon.world.clock.now() - (container.state.startedAt ?? 0) < times(container).startPeriod;
}

function schedule(
  daemon: Daemon,
  container: ContainerRecord,
  command: readonly string[],
  deadline: number | undefined = undefined,
): void {
  const { health } = container;
  if (health === undefined) return;
  const { clock } = daemon.world;
  const live = daemon.containers.live(container);
  const { interval, startInterval } = times(container);
  const pause = inStartPeriod(daemon, container) && health.status === "starting" ? startInterval : interval;
  health.nextAt = deadline ?? clock.now() + pause;
  const aborter = new AbortController();
  const cancelTimer = clock.after(Math.max(0, health.nextAt - clock.now()), () => {
    const probe = probeOnce(daemon, container, command, aborter.signal).then(() => {
      if (!aborter.signal.aborted) schedule(daemon, container, command);
    });
    daemon.containers.inBackground(`the health probe of ${container.id}`, probe);
  });
  live.cancelHealth = () => {
    cancelTimer();
    aborter.abort();
    live.cancelHealth = undefined;
    health.nextAt = undefined;
    // As Docker leaves it when nobody looks any more.
    health.status = "unhealthy";
  };
}

async function probeOnce(
  daemon: Daemon,
  container: ContainerRecord,
  command: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const { clock } = daemon.world;
  const { timeout } = times(container);
  const start = clock.now();
  const { exitCode, output } = await runProbe(daemon, container, { command, timeout, signal });
  if (signal.aborted) return;
  record(daemon, container, {
    Start: rfc3339(start),
    End: rfc3339(clock.now()),
    ExitCode: exitCode,
    Output: output,
  });
}

function record(daemon: Daemon, container: ContainerRecord, result: NonNullable<HealthcheckResult>): void {
  const { health } = container;
  if (health === undefined) return;
  const before = health.status;
  health.log.push(result);
  while (health.log.length > keptResults) health.log.shift();
  if (result.ExitCode === 0) {
    health.failingStreak = 0;
    health.status = "healthy";
  } else if (!(before === "starting" && inStartPeriod(daemon, container))) {
    health.failingStreak++;
    if (health.failingStreak >= times(container).retries) health.status = "unhealthy";
  }
  if (health.status !== before) daemon.containers.publish(container, `health_status: ${health.status}`);
}
