import { type NamespaceType, namespaceTypes, type Process } from "./reading.ts";
import type { RawReading } from "./observe.ts";

/** By number, as <linux/capability.h> has them. */
const capabilityNames =
  "chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap linux_immutable net_bind_service net_broadcast net_admin net_raw ipc_lock ipc_owner sys_module sys_rawio sys_chroot sys_ptrace sys_pacct sys_admin sys_boot sys_nice sys_resource sys_time sys_tty_config mknod lease audit_write audit_control setfcap mac_override mac_admin syslog wake_alarm block_suspend audit_read perfmon bpf checkpoint_restore"
    .split(" ")
    .map((name) => `CAP_${name.toUpperCase()}`);

const millisecondsOfTick = 10;

/** Names of the bits. Beyond 32 bits, so not with bit operators. */
export function capabilitySet(bits: number): string[] {
  return capabilityNames.filter((_, bit) => Math.floor(bits / 2 ** bit) % 2 === 1);
}

function namespacesOf(inodes: readonly number[]): Process["namespaces"] {
  const entries = namespaceTypes.map((type, i) => [type, inodes[i] || undefined] as const);
  return Object.fromEntries(entries) as Record<NamespaceType, number | undefined>;
}

export function readProcesses({ now, uptime, processes }: RawReading): Process[] {
  const booted = now - uptime;
  return processes
    .map((raw): Process => ({
      pid: raw.pid,
      parent: raw.parent,
      pids: raw.pids,
      session: raw.session,
      threads: raw.threads,
      name: raw.name,
      command: raw.command,
      state: raw.state,
      uid: raw.uid,
      gid: raw.gid,
      startedAt: booted + raw.startTicks * millisecondsOfTick,
      cpuTime: raw.cpuTicks * millisecondsOfTick,
      virtualBytes: raw.virtualBytes,
      residentBytes: raw.residentBytes,
      capabilities: capabilitySet(raw.capabilities),
      bounding: capabilitySet(raw.bounding),
      cgroup: raw.cgroup,
      namespaces: namespacesOf(raw.namespaces),
    }))
    .sort((a, b) => a.pid - b.pid);
}
