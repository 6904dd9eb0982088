import type { Volume } from "../../spec/engine-api.generated.ts";
import { Conflict, InvalidParameter, messageOf, NotFound, System } from "../errors.ts";
import { KeyedMutex } from "../mutex.ts";
import type { ContainerRecord, VolumeRecord } from "../records.ts";
import type { Filters } from "../router/filters.ts";
import { hex } from "../world.ts";
import type { Daemon } from "./daemon.ts";
import { pruneFilter } from "./prune-filter.ts";
import type { Volumes } from "./providers.ts";
import { mountLocal, readLocalOptions } from "./volume/local-options.ts";
import { volumeJson } from "./volume/volume-json.ts";

export const volumesRoot = "/var/lib/docker/volumes";
const anonymousLabel = "com.docker.volume.anonymous";

export interface VolumeRequest {
  readonly name: string;
  readonly driver: string;
  readonly options: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

/** The volumes of the engine, all of the `local` driver. Who uses one is read off the containers. */
export class VolumeStore implements Volumes {
  readonly #daemon: Daemon;
  readonly #locks = new KeyedMutex();

  constructor(daemon: Daemon) {
    this.#daemon = daemon;
  }

  get(name: string): VolumeRecord | undefined {
    return this.#daemon.store.volumes.get(name);
  }

  /** Throws NotFound. */
  find(name: string): VolumeRecord {
    const volume = this.get(name);
    if (volume === undefined) throw new NotFound(`get ${name}: no such volume`);
    return volume;
  }

  async ensure(request: VolumeRequest): Promise<VolumeRecord> {
    const anonymous = request.name === "";
    const name = anonymous ? hex(this.#daemon.world.random(32)) : request.name;
    return await this.#locks.run(name, async () => this.get(name) ?? (await this.#make(name, anonymous, request)));
  }

  async #make(name: string, anonymous: boolean, request: VolumeRequest): Promise<VolumeRecord> {
    const { world, store, events } = this.#daemon;
    const labels = anonymous ? { ...request.labels, [anonymousLabel]: "" } : request.labels;
    check(name, request);
    const root = `${volumesRoot}/${name}`;
    const mountpoint = `${root}/_data`;
    try {
      await world.files.makeDirectory("/", root, { parents: true, mode: 0o701 });
      await world.files.makeDirectory("/", mountpoint, { parents: true, mode: 0o755 });
    } catch (error) {
      throw new System(`create ${name}: error while creating volume root path '${root}': ${messageOf(error)}`, {
        cause: error,
      });
    }
    const volume: VolumeRecord = {
      name,
      created: world.clock.now(),
      driver: "local",
      mountpoint,
      options: Object.keys(request.options).length === 0 ? null : request.options,
      labels: Object.keys(labels).length === 0 ? null : labels,
      anonymous,
      mountedBy: [],
    };
    store.volumes.set(name, volume);
    events.publish("volume", "create", name, { driver: "local" });
    return volume;
  }

  /** Before a container starts: mounts what the volume's options say, for the first that uses it. */
  async mount(name: string, containerId: string): Promise<void> {
    await this.#locks.run(name, async () => {
      const volume = this.find(name);
      const local = readLocalOptions(volume.options ?? {});
      if (local === undefined) return;
      if (volume.mountedBy.length === 0)
        try {
          await mountLocal(this.#daemon.world.files, local, volume.mountpoint);
        } catch (error) {
          throw new System(`error while mounting volume '${volume.mountpoint}': ${messageOf(error)}`, { cause: error });
        }
      if (!volume.mountedBy.includes(containerId)) volume.mountedBy.push(containerId);
    });
  }

  /** After a container has ended; the last one's takes the mount away. */
  async unmount(name: string, containerId: string): Promise<void> {
    await this.#locks.run(name, async () => {
      const volume = this.get(name);
      if (volume?.mountedBy.includes(containerId) !== true) return;
      if (volume.mountedBy.length === 1) await this.#daemon.world.files.unmount(volume.mountpoint);
      volume.mountedBy.splice(volume.mountedBy.indexOf(containerId), 1);
    });
  }

  async remove(name: string): Promise<void> {
    await this.#locks.run(name, async () => {
      const volume = this.find(name);
      const users = this.#users(volume);
      if (users.length > 0)
        throw new Conflict(`remove ${name}: volume is in use - [${users.map(({ id }) => id).join(", ")}]`);
      const { world, store, events } = this.#daemon;
      store.volumes.delete(name);
      try {
        await world.files.remove("/", `${volumesRoot}/${name}`, { recursive: true });
      } catch (error) {
        store.volumes.set(name, volume);
        throw new System(`remove ${name}: ${messageOf(error)}`, { cause: error });
      }
      events.publish("volume", "destroy", name, { driver: volume.driver });
    });
  }

  #users(volume: VolumeRecord): ContainerRecord[] {
    return this.#daemon.store.containers
      .all()
      .filter(({ mounts }) => mounts.some((mount) => mount.type === "volume" && mount.name === volume.name));
  }

  list(filters: Filters): VolumeRecord[] {
    const dangling = filters.has("dangling") ? filters.boolean("dangling", false) : undefined;
    return this.all().filter(
      (volume) =>
        filters.exact("driver", volume.driver) &&
        filters.match("name", volume.name) &&
        filters.labels("label", volume.labels) &&
        (dangling === undefined || dangling === (this.#users(volume).length === 0)),
    );
  }

  all(): VolumeRecord[] {
    return [...this.#daemon.store.volumes.values()];
  }

  /** For `docker system df`: bytes, and how many containers refer to it. */
  async usage(volume: VolumeRecord): Promise<Volume> {
    const Size = await this.#daemon.world.files.usage("/", volume.mountpoint);
    return { ...volumeJson(volume), UsageData: { RefCount: this.#users(volume).length, Size } };
  }

  /** Removes what no container refers to: anonymous volumes, or with `all` every plain one. */
  async prune(filters: Filters, everything: boolean): Promise<{ deleted: string[]; reclaimed: number }> {
    const { world, events } = this.#daemon;
    const all = everything || filters.boolean("all", false);
    const wanted = pruneFilter(filters, world.clock.now());
    const deleted: string[] = [];
    let reclaimed = 0;
    for (const volume of this.all()) {
      if (volume.options !== null || !(all || volume.labels?.[anonymousLabel] !== undefined)) continue;
      if (this.#users(volume).length > 0 || !wanted(volume)) continue;
      const size = await world.files.usage("/", volume.mountpoint);
      try {
        await this.remove(volume.name);
      } catch (error) {
        // A container that took it meanwhile keeps it.
        if (error instanceof Conflict || error instanceof NotFound) continue;
        throw error;
      }
      deleted.push(volume.name);
      reclaimed += size;
    }
    events.publish("volume", "prune", "", { reclaimed: String(reclaimed) });
    return { deleted, reclaimed };
  }

  restore(): Promise<void> {
    return Promise.resolve();
  }
}

/** Throws InvalidParameter, or NotFound for a driver there is none of. */
function check(name: string, { driver, options }: VolumeRequest): void {
  if (driver !== "" && driver !== "local")
    throw new NotFound(
      `create ${name}: error looking up volume plugin ${driver}: plugin ${JSON.stringify(driver)} not found`,
    );
  if (name.length === 1)
    throw new InvalidParameter(
      `create ${name}: volume name is too short, names should be at least two alphanumeric characters`,
    );
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(name))
    throw new InvalidParameter(
      `create ${name}: ${JSON.stringify(name)} includes invalid characters for a local volume name, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path`,
    );
  try {
    readLocalOptions(options);
  } catch (error) {
    throw new InvalidParameter(`create ${name}: ${messageOf(error)}`);
  }
}

export function createVolumes(daemon: Daemon): VolumeStore {
  return new VolumeStore(daemon);
}
