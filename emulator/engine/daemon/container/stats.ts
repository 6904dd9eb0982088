import type { ContainerRecord } from "../../records.ts";
import type { CgroupStats } from "../../runtime.ts";
import { rfc3339 } from "../../time.ts";
import type { Daemon } from "../daemon.ts";

const interval = 1000;

interface Sample {
  readonly at: number;
  /** Undefined when the container does not run. */
  readonly cgroup: CgroupStats | undefined;
  /** Nanoseconds that all CPUs have had since the epoch: what a share of a CPU is measured against. */
  readonly systemCpu: number;
}

async function sample(daemon: Daemon, container: ContainerRecord): Promise<Sample> {
  const { runtime, clock, host } = daemon.world;
  const { state } = container;
  const cgroup = state.running && !state.restarting ? await runtime.stats(container.id) : undefined;
  const at = clock.now();
  return { at, cgroup, systemCpu: Math.round(at * 1e6) * host.cpus };
}

/** `GET /containers/{name}/stats`: one answer, or one a second. The first of a stream has no `precpu`. */
export function statsStream(
  daemon: Daemon,
  container: ContainerRecord,
  options: { readonly stream: boolean; readonly oneShot: boolean; readonly signal: AbortSignal },
): ReadableStream<unknown> {
  const signal = AbortSignal.any([options.signal, daemon.closed]);
  let before: Sample | undefined;
  let first = true;
  return new ReadableStream<unknown>(
    {
      async pull(controller) {
        if (!first && !options.stream) {
          controller.close();
          return;
        }
        if (first && !options.stream && !options.oneShot && container.state.running) {
          before = await sample(daemon, container);
          await pause(daemon, signal);
        } else if (!first) await pause(daemon, signal);
        first = false;
        if (signal.aborted || daemon.store.containers.get(container.id) === undefined) {
          controller.close();
          return;
        }
        const now = await sample(daemon, container);
        controller.enqueue(statsResponse(daemon, container, now, before));
        before = now;
      },
    },
    { highWaterMark: 0 },
  );
}

function pause(daemon: Daemon, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      cancel();
      signal.removeEventListener("abort", done);
      resolve();
    };
    const cancel = daemon.world.clock.after(interval, done);
    if (signal.aborted) done();
    else signal.addEventListener("abort", done, { once: true });
  });
}

function statsResponse(daemon: Daemon, container: ContainerRecord, now: Sample, before: Sample | undefined): unknown {
  const name = { name: `/${container.name}`, id: container.id };
  const { cgroup } = now;
  if (cgroup === undefined)
    return {
      read: rfc3339(undefined),
      preread: rfc3339(undefined),
      pids_stats: {},
      blkio_stats: emptyBlkio,
      num_procs: 0,
      storage_stats: {},
      cpu_stats: emptyCpu,
      precpu_stats: emptyCpu,
      memory_stats: {},
      ...name,
    };
  const previous = before?.cgroup === undefined ? undefined : before;
  return {
    read: rfc3339(now.at),
    preread: rfc3339(previous?.at),
    pids_stats: { current: cgroup.pidsCurrent, ...(cgroup.pidsMax === undefined ? {} : { limit: cgroup.pidsMax }) },
    blkio_stats: emptyBlkio,
    num_procs: 0,
    storage_stats: {},
    cpu_stats: cpuStats(now, daemon.world.host.cpus),
    precpu_stats: previous === undefined ? emptyCpu : cpuStats(previous, daemon.world.host.cpus),
    memory_stats: {
      usage: cgroup.memoryCurrent,
      stats: cgroup.memoryStat,
      limit: cgroup.memoryMax ?? daemon.world.host.memoryTotal,
    },
    ...name,
    ...(Object.keys(cgroup.networks).length > 0 ? { networks: networkStats(cgroup) } : {}),
  };
}

const emptyBlkio = {
  io_service_bytes_recursive: null,
  io_serviced_recursive: null,
  io_queue_recursive: null,
  io_service_time_recursive: null,
  io_wait_time_recursive: null,
  io_merged_recursive: null,
  io_time_recursive: null,
  sectors_recursive: null,
};
const emptyCpu = {
  cpu_usage: { total_usage: 0, usage_in_kernelmode: 0, usage_in_usermode: 0 },
  throttling_data: { periods: 0, throttled_periods: 0, throttled_time: 0 },
};

/** The kernel counts microseconds, the API nanoseconds. */
function cpuStats({ cgroup, systemCpu }: Sample, cpus: number): unknown {
  const stat = (name: string): number => cgroup?.cpuStat[name] ?? 0;
  return {
    cpu_usage: {
      total_usage: stat("usage_usec") * 1000,
      usage_in_kernelmode: stat("system_usec") * 1000,
      usage_in_usermode: stat("user_usec") * 1000,
    },
    system_cpu_usage: systemCpu,
    online_cpus: cpus,
    throttling_data: {
      periods: stat("nr_periods"),
      throttled_periods: stat("nr_throttled"),
      throttled_time: stat("throttled_usec") * 1000,
    },
  };
}

function networkStats({ networks }: CgroupStats): unknown {
  return Object.fromEntries(
    Object.entries(networks).map(([name, { rxBytes, rxPackets, txBytes, txPackets }]) => [
      name,
      {
        rx_bytes: rxBytes,
        rx_packets: rxPackets,
        rx_errors: 0,
        rx_dropped: 0,
        tx_bytes: txBytes,
        tx_packets: txPackets,
        tx_errors: 0,
        tx_dropped: 0,
      },
    ]),
  );
}
