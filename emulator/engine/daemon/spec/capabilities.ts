import { InvalidParameter } from "../../errors.ts";

/** All capabilities of Linux, in the kernel's numbering. */
export const allCapabilities: readonly string[] = [
  "CAP_CHOWN",
  "CAP_DAC_OVERRIDE",
  "CAP_DAC_READ_SEARCH",
  "CAP_FOWNER",
  "CAP_FSETID",
  "CAP_KILL",
  "CAP_SETGID",
  "CAP_SETUID",
  "CAP_SETPCAP",
  "CAP_LINUX_IMMUTABLE",
  "CAP_NET_BIND_SERVICE",
  "CAP_NET_BROADCAST",
  "CAP_NET_ADMIN",
  "CAP_NET_RAW",
  "CAP_IPC_LOCK",
  "CAP_IPC_OWNER",
  "CAP_SYS_MODULE",
  "CAP_SYS_RAWIO",
  "CAP_SYS_CHROOT",
  "CAP_SYS_PTRACE",
  "CAP_SYS_PACCT",
  "CAP_SYS_ADMIN",
  "CAP_SYS_BOOT",
  "CAP_SYS_NICE",
  "CAP_SYS_RESOURCE",
  "CAP_SYS_TIME",
  "CAP_SYS_TTY_CONFIG",
  "CAP_MKNOD",
  "CAP_LEASE",
  "CAP_AUDIT_WRITE",
  "CAP_AUDIT_CONTROL",
  "CAP_SETFCAP",
  "CAP_MAC_OVERRIDE",
  "CAP_MAC_ADMIN",
  "CAP_SYSLOG",
  "CAP_WAKE_ALARM",
  "CAP_BLOCK_SUSPEND",
  "CAP_AUDIT_READ",
  "CAP_PERFMON",
  "CAP_BPF",
  "CAP_CHECKPOINT_RESTORE",
];

export const defaultCapabilities: readonly string[] = [
  "CAP_CHOWN",
  "CAP_DAC_OVERRIDE",
  "CAP_FSETID",
  "CAP_FOWNER",
  "CAP_MKNOD",
  "CAP_NET_RAW",
  "CAP_SETGID",
  "CAP_SETUID",
  "CAP_SETFCAP",
  "CAP_SETPCAP",
  "CAP_NET_BIND_SERVICE",
  "CAP_SYS_CHROOT",
  "CAP_KILL",
  "CAP_AUDIT_WRITE",
];

const all = "ALL";

/** `net_admin` to `CAP_NET_ADMIN`; `ALL` stays. Throws InvalidParameter for a name that is none. */
export function normalizeCapabilities(names: readonly string[], field: "CapAdd" | "CapDrop"): string[] {
  return names.map((name) => {
    const upper = name.trim().toUpperCase();
    if (upper === all || upper === "CAP_ALL") return all;
    const capability = upper.startsWith("CAP_") ? upper : `CAP_${upper}`;
    if (!allCapabilities.includes(capability))
      throw new InvalidParameter(`invalid ${field}: unknown capability: "${capability}"`);
    return capability;
  });
}

/** The set a container gets. */
export function effectiveCapabilities(
  privileged: boolean,
  add: readonly string[] | null | undefined,
  drop: readonly string[] | null | undefined,
): readonly string[] {
  if (privileged) return allCapabilities;
  const added = add ?? [];
  const dropped = drop ?? [];
  if (added.length === 0 && dropped.length === 0) return defaultCapabilities;
  if (added.includes(all)) return allCapabilities.filter((name) => !dropped.includes(name));
  if (dropped.includes(all)) return added;
  return [
    ...defaultCapabilities.filter((name) => !dropped.includes(name)),
    ...added.filter((name) => !defaultCapabilities.includes(name)),
  ];
}
