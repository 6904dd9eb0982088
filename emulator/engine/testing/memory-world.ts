import { guestNode, makeDirectories, writeFile, type MountView } from "./guest-tree.ts";
import { busyboxLayer } from "./busybox.ts";
import { LogBook } from "./log-book.ts";
import { MemoryContent } from "./memory-content.ts";
import { MemoryFiles } from "./memory-files.ts";
import { MemoryNetwork } from "./memory-network.ts";
import { MemoryRegistry } from "./memory-registry.ts";
import { MemoryRuntime } from "./memory-runtime.ts";
import { MemorySnapshotter } from "./memory-snapshotter.ts";
import { systemClock, type Clock, type World } from "../world.ts";

export interface MemoryWorld extends World {
  readonly runtime: MemoryRuntime;
  readonly snapshotter: MemorySnapshotter;
  readonly files: MemoryFiles;
  readonly network: MemoryNetwork;
  readonly content: MemoryContent;
  readonly registry: MemoryRegistry;
  readonly guest: MountView;
  /** What `report` was told. A test that expects none checks that it is empty. */
  readonly reported: { readonly what: string; readonly cause: unknown }[];
}

/** A world whose registry has `busybox:latest`, as the recorded scenarios expect it. */
export async function memoryWorld(options: { readonly clock?: Clock } = {}): Promise<MemoryWorld> {
  const clock = options.clock ?? systemClock;
  const guest: MountView = { root: guestNode("directory"), mounts: new Map() };
  for (const path of ["/etc", "/tmp", "/usr/bin", "/var/lib/docker", "/dev/shm"]) makeDirectories(guest, path);
  writeFile(guest, "/etc/hosts", new TextEncoder().encode("127.0.0.1\tlocalhost\n"));
  writeFile(guest, "/etc/resolv.conf", new TextEncoder().encode("nameserver 127.0.0.1\n"));
  writeFile(guest, "/usr/bin/docker-init", new Uint8Array(0), { mode: 0o755 });
  guest.root.entries
    .get("dev")
    ?.entries.set("null", guestNode("character", { mode: 0o666, device: { major: 1, minor: 3 } }));
  const logs = new LogBook();
  const content = new MemoryContent();
  const runtime = new MemoryRuntime(guest, logs, clock);
  const registry = new MemoryRegistry();
  await registry.add("busybox:latest", [busyboxLayer()], { Env: ["PATH=/bin"], Cmd: ["sh"] });
  const reported: { what: string; cause: unknown }[] = [];
  return {
    runtime,
    snapshotter: new MemorySnapshotter(guest, content),
    files: new MemoryFiles(guest, logs, (pid) => runtime.viewOf(pid)),
    network: new MemoryNetwork(),
    content,
    registry,
    guest,
    clock,
    random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
    seccomp: undefined,
    reported,
    report: (what, cause) => {
      reported.push({ what, cause });
    },
    host: {
      name: "drydock",
      kernelVersion: "6.1.0",
      architecture: "386",
      operatingSystem: "Drydock",
      cpus: 1,
      memoryTotal: 128 << 20,
      swapLimit: false,
      cpuset: false,
      ioWeight: false,
      initBinary: "/usr/bin/docker-init",
      log: { maxBytes: 1 << 20, maxFiles: 2 },
    },
  };
}
