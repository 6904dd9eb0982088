import { bool, string, int, uint, uint16, duration } from "../../flag/scalar.ts";
import { list, map } from "../../flag/list.ts";
import { withTraits, type Flag } from "../../flag/flag.ts";
import { bytes, cpus } from "../../opts/size.ts";
import { gpus } from "../../opts/gpus.ts";
import { mounts } from "../../opts/mount.ts";
import { networkAttachments } from "../../opts/network.ts";
import { validateDnsSearch, validateExtraHost, validateIp } from "../../opts/address.ts";
import { validateEnv, validateLabel } from "../../opts/environment.ts";
import { parseAttach, validateLink, validateSysctl } from "../../opts/policy.ts";
import { throttleDevices, ulimits, validateDeviceCgroupRule, weightDevices } from "../../opts/resource.ts";
import { swapBytes } from "../../opts/size.ts";

/** What describes a container: the flags `docker run` and `docker create` share. */
export const containerFlags = {
  "add-host": list("", "Add a custom host-to-IP mapping (host:ip)", { parse: validateExtraHost }),
  annotation: map("", "Add an annotation to the container (passed through to the OCI runtime)"),
  attach: list("a", "Attach to STDIN, STDOUT or STDERR", { parse: parseAttach }),
  "blkio-weight": uint16("", "Block IO (relative weight), between 10 and 1000, or 0 to disable"),
  "blkio-weight-device": weightDevices("Block IO weight (relative device weight)"),
  "cap-add": list("", "Add Linux capabilities"),
  "cap-drop": list("", "Drop Linux capabilities"),
  "cgroup-parent": string("", "Optional parent cgroup for the container"),
  cgroupns: string(
    "",
    "Cgroup namespace to use (host|private)\n'host':    Run the container in the Docker host's cgroup namespace\n'private': Run the container in its own private cgroup namespace\n'':        Use the cgroup namespace as configured by the\n           default-cgroupns-mode option on the daemon (default)",
  ),
  cidfile: string("", "Write the container ID to the file"),
  "cpu-count": withTraits(int("", "CPU count (Windows only)"), { hidden: true, daemonOs: "windows" }),
  "cpu-percent": withTraits(int("", "CPU percent (Windows only)"), { hidden: true, daemonOs: "windows" }),
  "cpu-period": int("", "Limit CPU CFS (Completely Fair Scheduler) period"),
  "cpu-quota": int("", "Limit CPU CFS (Completely Fair Scheduler) quota"),
  "cpu-rt-period": int("", "Limit CPU real-time period in microseconds"),
  "cpu-rt-runtime": int("", "Limit CPU real-time runtime in microseconds"),
  "cpu-shares": int("c", "CPU shares (relative weight)"),
  cpus: cpus("", "Number of CPUs"),
  "cpuset-cpus": string("", "CPUs in which to allow execution (0-3, 0,1)"),
  "cpuset-mems": string("", "MEMs in which to allow execution (0-3, 0,1)"),
  device: list("", "Add a host device to the container"),
  "device-cgroup-rule": list("", "Add a rule to the cgroup allowed devices list", { parse: validateDeviceCgroupRule }),
  "device-read-bps": throttleDevices("Limit read rate (bytes per second) from a device", "bps"),
  "device-read-iops": throttleDevices("Limit read rate (IO per second) from a device", "iops"),
  "device-write-bps": throttleDevices("Limit write rate (bytes per second) to a device", "bps"),
  "device-write-iops": throttleDevices("Limit write rate (IO per second) to a device", "iops"),
  "disable-content-trust": bool("", "Skip image verification", true),
  dns: list("", "Set custom DNS servers", { parse: validateIp }),
  "dns-option": list("", "Set DNS options"),
  "dns-search": list("", "Set custom DNS search domains", { parse: validateDnsSearch }),
  domainname: string("", "Container NIS domain name"),
  entrypoint: string("", "Overwrite the default ENTRYPOINT of the image"),
  env: list("e", "Set environment variables", { parse: validateEnv }),
  "env-file": list("", "Read in a file of environment variables"),
  expose: list("", "Expose a port or a range of ports"),
  gpus: gpus("GPU devices to add to the container ('all' to pass all GPUs)"),
  "group-add": list("", "Add additional groups to join"),
  "health-cmd": string("", "Command to run to check health"),
  "health-interval": duration("", "Time between running the check (ms|s|m|h)", "0s"),
  "health-retries": int("", "Consecutive failures needed to report unhealthy"),
  "health-start-interval": duration("", "Time between running the check during the start period (ms|s|m|h)", "0s"),
  "health-start-period": duration(
    "",
    "Start period for the container to initialize before starting health-retries countdown (ms|s|m|h)",
    "0s",
  ),
  "health-timeout": duration("", "Maximum time to allow one check to run (ms|s|m|h)", "0s"),
  help: bool("", "Print usage"),
  hostname: string("h", "Container host name"),
  init: bool("", "Run an init inside the container that forwards signals and reaps processes"),
  interactive: bool("i", "Keep STDIN open even if not attached"),
  "io-maxbandwidth": withTraits(bytes("", "Maximum IO bandwidth limit for the system drive (Windows only)"), {
    hidden: true,
    daemonOs: "windows",
  }),
  "io-maxiops": withTraits(uint("", "Maximum IOps limit for the system drive (Windows only)"), {
    hidden: true,
    daemonOs: "windows",
  }),
  ip: string("", "IPv4 address (e.g., 172.30.100.104)"),
  ip6: string("", "IPv6 address (e.g., 2001:db8::33)"),
  ipc: string("", "IPC mode to use"),
  isolation: string("", "Container isolation technology"),
  "kernel-memory": bytes("", "Kernel memory limit"),
  label: list("l", "Set meta data on a container", { parse: validateLabel }),
  "label-file": list("", "Read in a line delimited file of labels"),
  link: list("", "Add link to another container", { parse: validateLink }),
  "link-local-ip": list("", "Container IPv4/IPv6 link-local addresses"),
  "log-driver": string("", "Logging driver for the container"),
  "log-opt": list("", "Log driver options"),
  "mac-address": string("", "Container MAC address (e.g., 92:d0:c6:0a:29:33)"),
  memory: bytes("m", "Memory limit"),
  "memory-reservation": bytes("", "Memory soft limit"),
  "memory-swap": swapBytes("", "Swap limit equal to memory plus swap: '-1' to enable unlimited swap"),
  "memory-swappiness": int("", "Tune container memory swappiness (0 to 100)", -1),
  mount: mounts("Attach a filesystem mount to the container"),
  network: networkAttachments("Connect a container to a network"),
  "network-alias": list("", "Add network-scoped alias for the container"),
  "no-healthcheck": bool("", "Disable any container-specified HEALTHCHECK"),
  "oom-kill-disable": bool("", "Disable OOM Killer"),
  "oom-score-adj": int("", "Tune host's OOM preferences (-1000 to 1000)"),
  pid: string("", "PID namespace to use"),
  "pids-limit": int("", "Tune container pids limit (set -1 for unlimited)"),
  privileged: bool("", "Give extended privileges to this container"),
  publish: list("p", "Publish a container's port(s) to the host"),
  "publish-all": bool("P", "Publish all exposed ports to random ports"),
  "read-only": bool("", "Mount the container's root filesystem as read only"),
  restart: string("", "Restart policy to apply when a container exits", "no"),
  rm: bool("", "Automatically remove the container and its associated anonymous volumes when it exits"),
  runtime: string("", "Runtime to use for this container"),
  "security-opt": list("", "Security Options"),
  "shm-size": bytes("", "Size of /dev/shm"),
  "stop-signal": string("", "Signal to stop the container"),
  "stop-timeout": int("", "Timeout (in seconds) to stop a container"),
  "storage-opt": list("", "Storage driver options for the container"),
  sysctl: map("", "Sysctl options", { check: validateSysctl }),
  tmpfs: list("", "Mount a tmpfs directory"),
  tty: bool("t", "Allocate a pseudo-TTY"),
  ulimit: ulimits("Ulimit options"),
  "use-api-socket": bool("", "Bind mount Docker API socket and required auth"),
  user: string("u", "Username or UID (format: <name|uid>[:<group|gid>])"),
  userns: string("", "User namespace to use"),
  uts: string("", "UTS namespace to use"),
  volume: list("v", "Bind mount a volume"),
  "volume-driver": string("", "Optional volume driver for the container"),
  "volumes-from": list("", "Mount volumes from the specified container(s)"),
  workdir: string("w", "Working directory inside the container"),
  net: hiddenAlias("network", networkAttachments("Connect a container to a network")),
  "net-alias": hiddenAlias("network-alias", list("", "Add network-scoped alias for the container")),
  "dns-opt": hiddenAlias("dns-option", list("", "Set DNS options")),
};

function hiddenAlias<T>(aliasFor: string, flag: Flag<T>): Flag<T> {
  return withTraits(flag, { hidden: true, aliasFor });
}

/** Flags of making a container that say nothing about the container itself. */
export const creationFlags = {
  name: string("", "Assign a name to the container"),
  platform: string("", "Set platform if server is multi-platform capable"),
  quiet: bool("q", "Suppress the pull output"),
};
