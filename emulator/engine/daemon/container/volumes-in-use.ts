import { together } from "../../concurrency.ts";
import type { ContainerRecord } from "../../records.ts";
import type { Daemon } from "../daemon.ts";

/** Docker tells of each volume that a starting container mounts, and of each that an ended one leaves. */
export function publishVolumes(daemon: Daemon, container: ContainerRecord, action: "mount" | "unmount"): void {
  for (const mount of container.mounts) {
    if (mount.name === undefined) continue;
    daemon.events.publish("volume", action, mount.name, {
      driver: mount.driver ?? "local",
      container: container.id,
      ...(action === "mount"
        ? { destination: mount.destination, "read/write": String(mount.readWrite), propagation: mount.propagation }
        : {}),
    });
  }
}

const names = ({ mounts }: ContainerRecord): string[] =>
  mounts.flatMap(({ name }) => (name === undefined ? [] : [name]));

/** Before a run: what the volumes' own options say is mounted. */
export async function mountVolumes(daemon: Daemon, container: ContainerRecord): Promise<void> {
  await together(names(container).map((name) => daemon.volumes.mount(name, container.id)));
}

export async function unmountVolumes(daemon: Daemon, container: ContainerRecord): Promise<void> {
  await together(names(container).map((name) => daemon.volumes.unmount(name, container.id)));
}
