import * as containers from "../../../client/container.ts";
import { string, int, uint16 } from "../../flag/scalar.ts";
import { bytes, cpus } from "../../opts/size.ts";
import { atLeast } from "../../arguments.ts";
import { command, StatusError } from "../../command.ts";
import { forEachName } from "../../error-text.ts";
import { parseRestartPolicy } from "../../opts/policy.ts";
import { swapBytes } from "../../opts/size.ts";

export const update = command({
  use: "update [OPTIONS] CONTAINER [CONTAINER...]",
  short: "Update configuration of one or more containers",
  aliases: ["docker container update", "docker update"],
  args: atLeast(1),
  flags: {
    "blkio-weight": uint16("", "Block IO (relative weight), between 10 and 1000, or 0 to disable"),
    "cpu-period": int("", "Limit CPU CFS (Completely Fair Scheduler) period"),
    "cpu-quota": int("", "Limit CPU CFS (Completely Fair Scheduler) quota"),
    "cpu-rt-period": int("", "Limit the CPU real-time period in microseconds"),
    "cpu-rt-runtime": int("", "Limit the CPU real-time runtime in microseconds"),
    "cpu-shares": int("c", "CPU shares (relative weight)"),
    cpus: cpus("", "Number of CPUs"),
    "cpuset-cpus": string("", "CPUs in which to allow execution (0-3, 0,1)"),
    "cpuset-mems": string("", "MEMs in which to allow execution (0-3, 0,1)"),
    memory: bytes("m", "Memory limit"),
    "memory-reservation": bytes("", "Memory soft limit"),
    "memory-swap": swapBytes("", "Swap limit equal to memory plus swap: -1 to enable unlimited swap"),
    "pids-limit": int("", "Tune container pids limit (set -1 for unlimited)"),
    restart: string("", "Restart policy to apply when a container exits"),
  },
  async run({ cli, flags, changed, args }) {
    if (changed.size === 0) throw new Error("you must provide one or more flags when using this command");
    const restart = flags.restart === "" ? undefined : parseRestartPolicy(flags.restart);
    const body = {
      BlkioWeight: flags["blkio-weight"],
      CpuPeriod: flags["cpu-period"],
      CpuQuota: flags["cpu-quota"],
      CpuRealtimePeriod: flags["cpu-rt-period"],
      CpuRealtimeRuntime: flags["cpu-rt-runtime"],
      CpuShares: flags["cpu-shares"],
      CpusetCpus: flags["cpuset-cpus"],
      CpusetMems: flags["cpuset-mems"],
      Memory: flags.memory,
      MemoryReservation: flags["memory-reservation"],
      MemorySwap: flags["memory-swap"],
      NanoCpus: flags.cpus,
      ...(changed.has("pids-limit") ? { PidsLimit: flags["pids-limit"] } : {}),
      ...(restart === undefined ? {} : { RestartPolicy: restart }),
    };
    const warnings: string[] = [];
    const failures = await forEachName(args, async (name) => {
      warnings.push(...(await containers.update(cli.engine, name, body)));
      await cli.out(`${name}\n`);
    });
    if (warnings.length > 0) await cli.out(`${warnings.join("\n")}\n`);
    if (failures.length > 0) throw new StatusError(1, failures.join("\n"));
    return 0;
  },
});
