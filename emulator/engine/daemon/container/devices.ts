import { InvalidParameter, System } from "../../errors.ts";
import type { ContainerRecord } from "../../records.ts";
import type { Daemon } from "../daemon.ts";
import type { ContainerDevice } from "../spec/resources.ts";

/** The device nodes asked for with `--device`, or all of the guest's when the container is privileged. */
export async function resolveDevices(daemon: Daemon, container: ContainerRecord): Promise<ContainerDevice[]> {
  const { hostConfig } = container;
  for (const { Driver = "", Capabilities = [] } of hostConfig.DeviceRequests ?? [])
    throw new InvalidParameter(
      `could not select device driver "${Driver}" with capabilities: [${Capabilities.map((set) => `[${set.join(" ")}]`).join(" ")}]`,
    );
  const asked = (hostConfig.Devices ?? []).map(({ PathOnHost = "", PathInContainer, CgroupPermissions }) => ({
    source: PathOnHost,
    path: PathInContainer || PathOnHost,
    access: CgroupPermissions || "rwm",
  }));
  const found = await Promise.all(asked.map((device) => nodes(daemon, device)));
  const all = hostConfig.Privileged === true ? await directory(daemon, "/dev", "/dev", "rwm") : [];
  const byPath = new Map([...all, ...found.flat()].map((device) => [device.path, device]));
  return [...byPath.values()];
}

interface DeviceRequest {
  readonly source: string;
  readonly path: string;
  readonly access: string;
}

async function nodes(daemon: Daemon, { source, path, access }: DeviceRequest): Promise<ContainerDevice[]> {
  const { files } = daemon.world;
  const stat = await files.stat("/", source, { follow: true });
  const failed = `error gathering device information while adding custom device "${source}"`;
  if (stat === undefined) throw new System(`${failed}: no such file or directory`);
  if (stat.kind === "directory") return directory(daemon, source, path, access);
  if ((stat.kind !== "character" && stat.kind !== "block") || stat.device === undefined)
    throw new System(`${failed}: not a device node`);
  return [
    {
      path,
      type: stat.kind === "character" ? "c" : "b",
      ...stat.device,
      access,
      fileMode: stat.mode & 0o777,
      uid: stat.uid,
      gid: stat.gid,
    },
  ];
}

async function directory(daemon: Daemon, source: string, path: string, access: string): Promise<ContainerDevice[]> {
  const { files } = daemon.world;
  // These the runtime makes anew in every container.
  const own = new Set(["pts", "shm", "fd", "mqueue", "console"]);
  const names = (await files.list("/", source)).filter((name) => source !== "/dev" || !own.has(name));
  const stats = await Promise.all(
    names.map(async (name) => ({ name, stat: await files.stat("/", `${source}/${name}`) })),
  );
  const found = stats.map(({ name, stat }) =>
    stat?.kind === "directory" || stat?.device !== undefined
      ? nodes(daemon, { source: `${source}/${name}`, path: `${path}/${name}`, access })
      : [],
  );
  return (await Promise.all(found)).flat();
}
