import type { HostConfigBody } from "../../container-body.ts";
import { InvalidParameter, messageOf } from "../../errors.ts";
import type { MountRecord } from "../../records.ts";
import type { Daemon } from "../daemon.ts";
import { cleanPath, parseMounts, parseVolumesFrom, type MountRequest } from "./mounts.ts";

/** All mounts of a container: taken over from others, asked for, and the image's volumes. Makes the volumes. */
export async function resolveMounts(
  daemon: Daemon,
  host: HostConfigBody,
  imageVolumes: readonly string[],
): Promise<MountRecord[]> {
  const byDestination = new Map<string, MountRecord>();
  for (const mount of volumesFrom(daemon, host.VolumesFrom ?? [])) byDestination.set(mount.destination, mount);
  const requests = parseMounts(host);
  const binds = (host.Binds ?? []).length;
  for (const [index, request] of requests.entries()) {
    if (request.type === "bind" && index >= binds && !request.createSource) await checkSource(daemon, request.source);
    byDestination.set(request.destination, await mountRecord(daemon, request));
  }
  const tmpfs = new Set(Object.keys(host.Tmpfs ?? {}).map(cleanPath));
  for (const path of imageVolumes) {
    // VOLUME takes any word; one that is no absolute path is meant from the root.
    const destination = cleanPath(`/${path}`);
    if (destination === "/") throw new InvalidParameter(`invalid volume specification: '${path}'`);
    if (byDestination.has(destination) || tmpfs.has(destination)) continue;
    const volume = await daemon.volumes.ensure({
      name: "",
      driver: host.VolumeDriver || "local",
      options: {},
      labels: {},
    });
    byDestination.set(destination, {
      ...plain,
      type: "volume",
      name: volume.name,
      source: volume.mountpoint,
      destination,
      driver: volume.driver,
      anonymous: true,
      copyUp: true,
    });
  }
  return [...byDestination.values()];
}

const plain: MountRecord = {
  type: "bind",
  name: undefined,
  source: "",
  destination: "",
  driver: undefined,
  mode: "",
  readWrite: true,
  propagation: "",
  anonymous: false,
  copyUp: false,
  options: undefined,
  subpath: undefined,
  nonRecursive: false,
  createSource: false,
};

function volumesFrom(daemon: Daemon, specifications: readonly string[]): MountRecord[] {
  return specifications.flatMap((raw) => {
    const { container, readOnly } = parseVolumesFrom(raw);
    try {
      return daemon.containers.find(container).mounts.map((mount) => ({
        ...mount,
        readWrite: readOnly === undefined ? mount.readWrite : mount.readWrite && !readOnly,
        copyUp: false,
      }));
    } catch (error) {
      throw new InvalidParameter(messageOf(error));
    }
  });
}

async function checkSource(daemon: Daemon, source: string): Promise<void> {
  if ((await daemon.world.files.stat("/", source, { follow: true })) === undefined)
    throw new InvalidParameter(`invalid mount config for type "bind": bind source path does not exist: ${source}`);
}

async function mountRecord(daemon: Daemon, request: MountRequest): Promise<MountRecord> {
  const common = {
    ...plain,
    destination: request.destination,
    readWrite: !request.readOnly,
    propagation: request.propagation,
    mode: request.mode,
  };
  switch (request.type) {
    case "bind":
      return {
        ...common,
        type: "bind",
        source: request.source,
        nonRecursive: request.nonRecursive,
        createSource: request.createSource,
      };
    case "tmpfs":
      return { ...common, type: "tmpfs", options: request.tmpfsOptions };
    case "volume": {
      const volume = await daemon.volumes.ensure({
        name: request.source,
        driver: request.driver || "local",
        options: request.driverOptions,
        labels: request.labels,
      });
      return {
        ...common,
        type: "volume",
        name: volume.name,
        source: volume.mountpoint,
        driver: volume.driver,
        // What SELinux would relabel; Docker shows it for every local volume that was named no mode.
        mode: request.mode || "z",
        anonymous: request.source === "",
        copyUp: request.copyUp,
        subpath: request.subpath,
      };
    }
  }
}
