import type { ConnectedAgent } from "../../emulator/agent/connect.ts";
import { networkDriver } from "../../emulator/agent/network.ts";
import { guestRuntime } from "../../emulator/agent/runtime.ts";
import type { BridgeConfig, NetworkDriver, Runtime, TaskExit, TaskStdio } from "../../emulator/engine/runtime.ts";
import { LayerFs } from "../../emulator/layerfs/layerfs.ts";
import type { Machine } from "../../emulator/machine/machine.ts";
import type { Process, Spec } from "../../emulator/spec/oci-runtime.ts";
import { bootAgent } from "./serial-guest.ts";

/** The shipped guest with the engine's runtime and network driver, and a root file system of busybox for its containers. */
export interface TaskGuest {
  readonly machine: Machine;
  readonly agent: ConnectedAgent;
  readonly runtime: Runtime;
  readonly readLog: ReturnType<typeof guestRuntime>["readLog"];
  readonly network: NetworkDriver;
}

const makeRoot = `
mkdir -p /rootfs/bin /rootfs/etc /rootfs/tmp; cp /bin/busybox /rootfs/bin/
for each in $(/bin/busybox --list); do [ $each = busybox ] || ln -s busybox /rootfs/bin/$each; done
echo root:x:0:0::/:/bin/sh > /rootfs/etc/passwd; mkdir -p /var/lib/docker/containers/test`;

export function driversOf(agent: ConnectedAgent): Pick<TaskGuest, "agent" | "runtime" | "readLog" | "network"> {
  return { agent, ...guestRuntime(agent), network: networkDriver(agent) };
}

export async function bootTaskGuest(): Promise<TaskGuest> {
  const { machine, agent } = await bootAgent(new LayerFs().handle);
  const guest = { machine, ...driversOf(agent) };
  await shell(guest, makeRoot);
  return guest;
}

export async function text(stream: ReadableStream<Uint8Array> | undefined): Promise<string> {
  const decoder = new TextDecoder();
  let whole = "";
  if (stream !== undefined) for await (const chunk of stream) whole += decoder.decode(chunk, { stream: true });
  return whole;
}

/** Output and errors of a command in the guest, outside any container. */
export async function shell({ agent }: Pick<TaskGuest, "agent">, command: string): Promise<string> {
  const process = await agent.spawn({
    argv: ["/bin/sh", "-c", command],
    env: ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"],
    cwd: "/",
    stdio: { kind: "pipes", stdin: false },
  });
  const [out, err] = await Promise.all([text(process.stdout), text(process.stderr), process.exited]);
  return out + err;
}

export const never = new AbortController().signal;
export const plain: TaskStdio = { terminal: undefined, stdin: false, stdinOnce: false, log: undefined };

const capabilities = ["CAP_CHOWN", "CAP_KILL", "CAP_SETUID", "CAP_SETGID", "CAP_NET_RAW", "CAP_NET_BIND_SERVICE"];

export function processSpec(args: readonly string[], terminal = false): Process {
  return {
    terminal,
    user: { uid: 0, gid: 0 },
    args,
    env: ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"],
    cwd: "/",
    capabilities: {
      bounding: capabilities,
      effective: capabilities,
      permitted: capabilities,
      inheritable: [],
      ambient: [],
    },
    noNewPrivileges: false,
    oomScoreAdj: 0,
  };
}

export interface ContainerOptions {
  readonly stdio?: TaskStdio;
  readonly netns?: string;
  /** Bytes. */
  readonly memory?: number;
}

export function containerSpec(id: string, args: readonly string[], options: ContainerOptions = {}): Spec {
  const { stdio = plain, netns, memory } = options;
  const hidden = ["nosuid", "noexec", "nodev"];
  return {
    ociVersion: "1.0.2",
    process: processSpec(args, stdio.terminal !== undefined),
    root: { path: "/rootfs" },
    hostname: id.slice(0, 12),
    mounts: [
      { destination: "/proc", type: "proc", source: "proc", options: hidden },
      { destination: "/dev", type: "tmpfs", source: "tmpfs", options: ["nosuid", "mode=755"] },
      { destination: "/dev/pts", type: "devpts", source: "devpts", options: ["newinstance", "ptmxmode=0666"] },
    ],
    linux: {
      namespaces: [
        { type: "pid" },
        { type: "ipc" },
        { type: "uts" },
        { type: "mount" },
        { type: "cgroup" },
        { type: "network", ...(netns === undefined ? {} : { path: netns }) },
      ],
      cgroupsPath: `/docker/${id}`,
      resources: memory === undefined ? {} : { memory: { limit: memory } },
      maskedPaths: [],
      readonlyPaths: [],
    },
  };
}

let count = 0;
export const newId = (): string => (++count).toString(16).padStart(64, "0");

export interface Ended extends TaskExit {
  readonly out: string;
  readonly err: string;
}

export interface Container {
  readonly id: string;
  readonly pid: number;
  readonly stdin: WritableStream<Uint8Array> | undefined;
  /** What it wrote and how it ended, once it has; then nothing of it is left. */
  ended(): Promise<Ended>;
}

/** Attached, then started, as `docker run` does it. */
export async function run(
  { runtime }: Pick<TaskGuest, "runtime">,
  args: readonly string[],
  options: ContainerOptions = {},
): Promise<Container> {
  const id = newId();
  const { stdio = plain } = options;
  await runtime.prepare(id, stdio);
  const streams = await runtime.attach(id, { stdin: stdio.stdin, stdout: true, stderr: true });
  const output = Promise.all([text(streams.stdout), text(streams.stderr)]);
  const { pid } = await runtime.start({ id, spec: containerSpec(id, args, options), stdio, signal: never });
  return {
    id,
    pid,
    stdin: streams.stdin,
    async ended() {
      const exit = await runtime.wait(id);
      const [out, err] = await output;
      await runtime.remove(id);
      return { ...exit, out, err };
    },
  };
}

export async function send(stream: WritableStream<Uint8Array> | undefined, input: string, end = true): Promise<void> {
  if (stream === undefined) throw new Error("there is no stdin");
  const writer = stream.getWriter();
  await writer.write(new TextEncoder().encode(input));
  if (end) await writer.close();
  else writer.releaseLock();
}

export const docker0: BridgeConfig = {
  networkId: "1".repeat(64),
  bridge: "docker0",
  address: "172.17.0.1/16",
  subnet: "172.17.0.0/16",
  internal: false,
  masquerade: true,
  interContainer: true,
  mtu: 1500,
};
