/** What a document is: who reads it decides what its fields mean. */
export type DocumentKind = "config" | "process" | "container" | "exec" | "network" | "volume" | "other";

const process: Readonly<Record<string, string>> = {
  terminal: "Whether the program gets a terminal of its own, as -t asks for.",
  consoleSize: "Rows and columns of the terminal when the program starts.",
  user: "Who the program runs as: numbers, because the kernel knows no names.",
  "user.uid": "The number of the user; 0 is root, with the capabilities below and no others.",
  "user.gid": "The number of the group.",
  "user.additionalGids": "Further groups of the user.",
  args: "The program and its arguments, as they are given to execve: the image's ENTRYPOINT and CMD, or what you typed.",
  env: "The program's environment: the image's ENV, what -e added, and what Docker sets itself.",
  cwd: "The folder the program starts in: WORKDIR, or -w.",
  capabilities: "Root's rights in pieces: what is not named here, even root in the container may not do.",
  "capabilities.bounding": "The most that any program in the container can ever get.",
  "capabilities.effective": "What the kernel checks when the program does something.",
  "capabilities.permitted": "What the program may make effective.",
  "capabilities.inheritable": "What a program that is started may keep. Empty is safest.",
  "capabilities.ambient": "What programs of a user other than root keep.",
  rlimits: "Limits of each process, such as open files, as --ulimit sets them.",
  noNewPrivileges: "With true, setuid programs such as su give no rights.",
  oomScoreAdj: "Who is ended first when memory runs out: more is sooner.",
};

const config: Readonly<Record<string, string>> = {
  ociVersion: "The version of the OCI runtime specification that this file follows.",
  process: "The program that becomes PID 1 of the container.",
  ...Object.fromEntries(Object.entries(process).map(([path, text]) => [`process.${path}`, text])),
  root: "The container's root directory.",
  "root.path": "The overlay of the image's layers and the container's own: crun makes it / for the program.",
  "root.readonly": "With true, nothing can be written to it: --read-only.",
  hostname: "The name in the container's own uts namespace.",
  domainname: "The domain in the container's own uts namespace.",
  mounts: "What is mounted over the root before the program starts, in this order.",
  "mounts.*": "One mount: a file system, or a file or folder of the machine, at a place in the container.",
  "mounts.*@/proc": "The kernel's view of processes, of the container's own pid namespace.",
  "mounts.*@/dev": "A small file system in memory for device files; the machine's own devices are not in it.",
  "mounts.*@/dev/pts": "The container's own terminals.",
  "mounts.*@/dev/shm": "Memory that processes share; --shm-size sets how much.",
  "mounts.*@/dev/mqueue": "Message queues of the container's own ipc namespace.",
  "mounts.*@/sys": "The kernel's view of devices and settings, read-only.",
  "mounts.*@/sys/fs/cgroup": "The container's own control group, read-only: it sees its limits and cannot change them.",
  "mounts.*@/etc/resolv.conf": "Which name server to ask; Docker writes it for each container.",
  "mounts.*@/etc/hostname": "The container's name as a file; Docker writes it for each container.",
  "mounts.*@/etc/hosts": "Names and addresses; Docker writes it for each container.",
  linux: "What only Linux has: namespaces, control groups, seccomp.",
  "linux.namespaces": "Of which kinds the container has its own. What is not in the list it shares with the machine.",
  "linux.namespaces.*": "A namespace. Without a path a new one is made; with a path the container joins that one.",
  "linux.namespaces.*=pid": "Own process numbers: the program is PID 1 and sees no process of the machine.",
  "linux.namespaces.*=network":
    "Own interfaces, addresses and ports. The engine made it before crun ran, at this path.",
  "linux.namespaces.*=mount": "Own mounts: what is mounted in the container is not mounted for the machine.",
  "linux.namespaces.*=ipc": "Own shared memory and message queues.",
  "linux.namespaces.*=uts": "Own hostname.",
  "linux.namespaces.*=user": "Own users: root in it may be somebody else outside.",
  "linux.namespaces.*=cgroup": "Own view of control groups: its own group looks like the top.",
  "linux.cgroupsPath": "The control group of the container's processes, below /sys/fs/cgroup.",
  "linux.resources": "The limits of that control group; crun writes each into a file of the kernel.",
  "linux.resources.memory": "How much memory the container may use; more ends a program of it.",
  "linux.resources.memory.limit": "Bytes, written into memory.max: --memory.",
  "linux.resources.memory.reservation": "Bytes, written into memory.low: what is left alone when memory is short.",
  "linux.resources.memory.swap": "Bytes of memory and swap together.",
  "linux.resources.cpu": "How much processor time the container gets.",
  "linux.resources.cpu.shares": "Its share when others want the processor as well.",
  "linux.resources.cpu.quota": "Microseconds of each period that it may run: --cpus.",
  "linux.resources.cpu.period": "Microseconds after which the quota is given again.",
  "linux.resources.pids": "How many processes it may have: --pids-limit.",
  "linux.resources.pids.limit": "Written into pids.max: a fork bomb ends here.",
  "linux.resources.devices": "Which device files may be opened, whoever made them.",
  "linux.maskedPaths": "Files of /proc and /sys that are covered, because they would tell about the machine.",
  "linux.readonlyPaths": "Parts of /proc and /sys that can be read and not written.",
  "linux.devices": "Device files that are made in the container's /dev.",
  "linux.sysctl": "Kernel settings of the container's own namespaces.",
  "linux.seccomp": "Which system calls the program may make; others fail with EPERM.",
  "linux.rootfsPropagation": "Whether mounts of the machine appear in the container later on.",
  annotations: "Notes that the runtime reads, or passes on.",
};

const container: Readonly<Record<string, string>> = {
  Image: "What the container is made from.",
  Cmd: "The program and its arguments; where an Entrypoint is set, the arguments of that.",
  Entrypoint: "The program in front of Cmd. null: the image's own.",
  Env: "Variables that are added to the image's own: -e.",
  Hostname: "The container's own name. Empty: the first 12 digits of its id.",
  Domainname: "The domain after the hostname.",
  User: "Who the program runs as. Empty: the image's USER, or root.",
  Tty: "A terminal for the program: -t.",
  OpenStdin: "Keeps the program's input open: -i.",
  StdinOnce: "Closes the input when the first client that is attached goes.",
  AttachStdin: "This client will send input.",
  AttachStdout: "This client wants to see the output.",
  AttachStderr: "This client wants to see errors.",
  Labels: "Notes of yours, for filters: --label.",
  WorkingDir: "The folder the program starts in. Empty: the image's WORKDIR.",
  ExposedPorts: "Ports that the program listens on. Exposing alone opens nothing.",
  Volumes: "Places that get a volume of their own.",
  StopSignal: "What docker stop sends first.",
  StopTimeout: "Seconds until docker stop kills.",
  Healthcheck: "A command that says whether the program works.",
  OnBuild: "Instructions for builds that stand on the image.",
  HostConfig: "What depends on this machine, and is no part of an image: mounts, ports, limits, rights.",
  "HostConfig.Binds": "Folders or volumes of the machine in the container: -v.",
  "HostConfig.Mounts": "Mounts in full words: --mount.",
  "HostConfig.Tmpfs": "File systems in memory: --tmpfs.",
  "HostConfig.NetworkMode": "Which network it starts in. default is the bridge docker0.",
  "HostConfig.PortBindings": "Ports of the machine that lead to ports of the container: -p.",
  "HostConfig.PublishAllPorts": "Every exposed port gets a free port of the machine: -P.",
  "HostConfig.RestartPolicy": "What Docker does when the program ends: --restart.",
  "HostConfig.AutoRemove": "The container is removed when its program ends: --rm.",
  "HostConfig.Memory": "The most memory, in bytes: --memory. 0 is no limit.",
  "HostConfig.MemoryReservation": "The memory that is left to it when memory is short.",
  "HostConfig.MemorySwap": "Memory and swap together, in bytes.",
  "HostConfig.NanoCpus": "Processors in billionths: --cpus 0.5 is 500000000.",
  "HostConfig.CpuShares": "Its share of the processor when others want it as well.",
  "HostConfig.CpuQuota": "Microseconds of each period that it may run.",
  "HostConfig.PidsLimit": "The most processes: --pids-limit.",
  "HostConfig.CapAdd": "Capabilities beside the usual 14: --cap-add.",
  "HostConfig.CapDrop": "Capabilities that are taken away: --cap-drop.",
  "HostConfig.Privileged": "All capabilities, all devices, no seccomp: hardly a container any more.",
  "HostConfig.SecurityOpt": "seccomp and others: --security-opt.",
  "HostConfig.PidMode": "Whose processes it sees: host, or another container's.",
  "HostConfig.IpcMode": "Whose shared memory it uses.",
  "HostConfig.UTSMode": "Whose hostname it has; host is the machine's.",
  "HostConfig.UsernsMode": "Whose users it has.",
  "HostConfig.CgroupnsMode": "Whether it sees its own control group as the top.",
  "HostConfig.CgroupParent": "Below which control group its own is made.",
  "HostConfig.ShmSize": "Bytes of /dev/shm.",
  "HostConfig.ReadonlyRootfs": "Nothing can be written to its root: --read-only.",
  "HostConfig.Init": "A small init as PID 1, which collects ended processes: --init.",
  "HostConfig.LogConfig": "Where its output is kept for docker logs.",
  "HostConfig.Dns": "Name servers to ask: --dns.",
  "HostConfig.ExtraHosts": "Lines for /etc/hosts: --add-host.",
  "HostConfig.GroupAdd": "Further groups of the user.",
  "HostConfig.Links": "Older way to know another container by name.",
  "HostConfig.Ulimits": "Limits of each process: --ulimit.",
  "HostConfig.Devices": "Devices of the machine in the container: --device.",
  "HostConfig.Sysctls": "Kernel settings of its own namespaces: --sysctl.",
  "HostConfig.VolumesFrom": "Containers whose volumes it gets as well.",
  "HostConfig.OomScoreAdj": "Who is ended first when memory runs out.",
  "HostConfig.ConsoleSize": "Rows and columns of your terminal.",
  "HostConfig.MaskedPaths": "Files of /proc that are covered.",
  "HostConfig.ReadonlyPaths": "Parts of /proc that cannot be written.",
  "HostConfig.BlkioWeight": "Its share of disk time.",
  "HostConfig.VolumeDriver": "Who keeps volumes that are made.",
  "HostConfig.ContainerIDFile": "Where the client writes the id.",
  "HostConfig.MemorySwappiness": "How willingly its memory is swapped; -1 is the machine's own.",
  NetworkingConfig: "Networks to join at the start, with addresses and other names.",
  "NetworkingConfig.EndpointsConfig": "By network: the address, other names, and options of its interface.",
};

const exec: Readonly<Record<string, string>> = {
  Cmd: "The further program and its arguments.",
  AttachStdin: "Whether the client sends input: -i.",
  AttachStdout: "Whether the client wants the output.",
  AttachStderr: "Whether the client wants errors.",
  Tty: "A terminal for the program: -t.",
  Detach: "With true, nobody waits for the program: -d.",
  User: "Who it runs as: -u. Empty: as the container.",
  WorkingDir: "The folder it starts in: -w.",
  Env: "Further variables: -e.",
  Privileged: "All capabilities for this program.",
  DetachKeys: "The keys that leave the program running.",
  ConsoleSize: "Rows and columns of your terminal.",
};

const network: Readonly<Record<string, string>> = {
  Name: "The network's name; containers in it find each other by theirs.",
  Driver: "bridge is a switch in the kernel of this machine.",
  Internal: "With true, nothing leads out of it.",
  IPAM: "Which addresses it has to give.",
  EnableIPv6: "IPv6 addresses as well.",
  Attachable: "For swarms: single containers may join.",
  Options: "Options of the driver.",
  Labels: "Notes of yours, for filters.",
  Container: "Who is connected or disconnected.",
  EndpointConfig: "The address, other names, and options of its interface.",
};

const volume: Readonly<Record<string, string>> = {
  Name: "The volume's name; empty makes one up.",
  Driver: "local keeps it below /var/lib/docker/volumes.",
  DriverOpts: "Options of the driver.",
  Labels: "Notes of yours, for filters.",
};

const fields: Readonly<Record<DocumentKind, Readonly<Record<string, string>>>> = {
  config,
  process,
  container,
  exec,
  network,
  volume,
  other: {},
};

/** One sentence on a field, or on an element (`*`) of a list; undefined where its name says enough. */
export function explainField(kind: DocumentKind, path: readonly string[], value: unknown): string | undefined {
  const known = fields[kind];
  const name = path.join(".");
  return (
    text(value, "type", (type) => known[`${name}=${type}`]) ??
    text(value, "destination", (place) => known[`${name}@${place}`]) ??
    known[name]
  );
}

function text(value: unknown, key: string, look: (text: string) => string | undefined): string | undefined {
  if (typeof value !== "object" || value === null || !(key in value)) return undefined;
  const found = (value as Readonly<Record<string, unknown>>)[key];
  return typeof found === "string" ? look(found) : undefined;
}

/** Of a request's body, by where it is sent. */
export function documentKindOf(target: string): DocumentKind {
  const path = target.split("?", 1)[0] ?? "";
  if (path === "/containers/create") return "container";
  if (/^\/containers\/[^/]+\/exec$/.test(path) || /^\/exec\/[^/]+\/start$/.test(path)) return "exec";
  if (path.startsWith("/networks/")) return "network";
  if (path.startsWith("/volumes/")) return "volume";
  return "other";
}
