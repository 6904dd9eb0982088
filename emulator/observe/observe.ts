import type { ConnectedAgent } from "../agent/connect.ts";
import type { AgentReading } from "../agent/runtime.ts";
import { readCgroups } from "./cgroups.ts";
import { readMounts } from "./mounts.ts";
import { readNetworks } from "./networks.ts";
import { readProcesses } from "./processes.ts";
import type { Reading } from "./reading.ts";

/** Parts that are not wanted are empty, and cost nothing. */
export interface Want {
  readonly processes?: boolean;
  readonly cgroups?: boolean;
  readonly networks?: boolean;
  readonly mounts?: boolean;
}

const everything: Want = { processes: true, cgroups: true, networks: true, mounts: true };

/** The agent's fields, as the protocol has them. */
export type RawReading = AgentReading;

/** One reading of the machine. Rejects when the connection to the guest ends. */
export async function observe(agent: Pick<ConnectedAgent, "link">, want: Want = everything): Promise<Reading> {
  const bits = (want.processes ? 1 : 0) | (want.cgroups ? 2 : 0) | (want.networks ? 4 : 0) | (want.mounts ? 8 : 0);
  const raw = await agent.link.call("OBSERVE", { want: bits });
  return decodeReading(raw);
}

export function decodeReading(raw: RawReading): Reading {
  return {
    at: raw.now,
    cut: raw.cut,
    processes: readProcesses(raw),
    cgroups: readCgroups(raw),
    networks: readNetworks(raw),
    mounts: readMounts(raw),
  };
}
