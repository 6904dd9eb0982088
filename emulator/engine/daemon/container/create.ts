import type { ContainerCreateResponse } from "../../../spec/engine-api.generated.ts";
import type { CreateBody } from "../../container-body.ts";
import { Conflict, InvalidParameter, messageOf, NotFound } from "../../errors.ts";
import type { ContainerRecord, ImageRecord } from "../../records.ts";
import type { RunConfig } from "../../../spec/oci-image.ts";
import { hex } from "../../world.ts";
import type { Daemon } from "../daemon.ts";
import { mergeConfig } from "./config.ts";
import { fillHostConfig } from "./host-config.ts";
import { resolveMounts } from "./mount-points.ts";
import { generateName, nameExpression } from "./names.ts";
import { needsRootfs, prepareContainer } from "./prepare.ts";
import { removeLocked } from "./remove.ts";
import { validateCreate } from "./validate.ts";

const maximumLayers = 125;

/** What a container stands on. */
export interface ContainerBase {
  /** Empty for layers that are no image (yet). */
  readonly imageId: string;
  readonly layers: readonly string[];
  readonly config: RunConfig | undefined;
}

export interface CreateRequest {
  readonly name: string;
  readonly platform: string;
  readonly body: CreateBody;
  /** Undefined: the image that the body names. */
  readonly base?: ContainerBase;
  readonly build?: ContainerRecord["build"];
}

/** `POST /containers/create`. Answers when the container is known; its snapshot is made meanwhile, and `start` awaits it. */
export async function createContainer(daemon: Daemon, request: CreateRequest): Promise<ContainerCreateResponse> {
  const { body } = request;
  const { world, store, containers } = daemon;
  validateCreate(body, world.host.cpuQuota ?? world.host.cpus);
  const hostConfig = fillHostConfig(body.HostConfig ?? {});
  const base = request.base ?? imageBase(daemon, body.Image ?? "", request.platform);
  if (base.layers.length > maximumLayers) throw new InvalidParameter("max depth exceeded");

  const id = hex(world.random(32));
  const config = mergeConfig(body, base.config, body.Hostname || hostname(daemon, hostConfig.NetworkMode, id));
  const name = reserveName(daemon, request.name, id);
  try {
    checkLinks(daemon, hostConfig.Links ?? []);
    const endpoints = daemon.networks.configure({
      networkMode: hostConfig.NetworkMode ?? "bridge",
      networkingConfig: body.NetworkingConfig as never,
      macAddress: body.MacAddress || undefined,
      name,
      id,
    });
    const mounts = await resolveMounts(daemon, body.HostConfig ?? {}, Object.keys(config.Volumes ?? {}));
    const [path = "", ...args] = [...(config.Entrypoint ?? []), ...(config.Cmd ?? [])];
    const container: ContainerRecord = {
      id,
      name,
      created: world.clock.now(),
      imageId: base.imageId,
      layers: base.layers,
      path,
      args,
      config,
      hostConfig,
      mounts,
      network: { sandboxId: "", sandboxKey: "", endpoints, ports: {} },
      state: {
        running: false,
        paused: false,
        restarting: false,
        oomKilled: false,
        removing: false,
        dead: false,
        pid: 0,
        exitCode: 0,
        error: "",
        startedAt: undefined,
        finishedAt: undefined,
      },
      restart: { count: 0, failures: 0, manuallyStopped: false, nextAt: undefined, backoff: 0 },
      health: undefined,
      ...(request.build === undefined ? {} : { build: request.build }),
    };
    store.containers.add(container);
    const live = containers.live(container);
    live.prepared = prepareContainer(daemon, container);
    // The failure belongs to whoever uses the container first; until then nobody listens.
    live.prepared.catch(() => undefined);
    if (needsRootfs(container)) await preparedOrRemoved(daemon, container);
    containers.publish(container, "create");
    return { Id: id, Warnings: warnings(body, world.host.swapLimit) };
  } finally {
    containers.reservedNames.delete(name);
  }
}

/** A working directory that cannot be made is told of here, and there is no container. */
async function preparedOrRemoved(daemon: Daemon, container: ContainerRecord): Promise<void> {
  const live = daemon.containers.live(container);
  try {
    await live.prepared;
  } catch (error) {
    await live.lock.run(() => removeLocked(daemon, container, { volumes: true }));
    throw error;
  }
}

function imageBase(daemon: Daemon, reference: string, platform: string): ContainerBase {
  const image = daemon.images.resolve(reference);
  checkPlatform(image, reference, platform);
  return { imageId: image.id, layers: image.config.rootfs.diff_ids, config: image.config.config };
}

function hostname(daemon: Daemon, networkMode: string | undefined, id: string): string {
  if (networkMode === "host") return daemon.world.host.name;
  if (networkMode?.startsWith("container:") === true) {
    const other = daemon.store.containers.find(networkMode.slice("container:".length));
    return other?.config.Hostname ?? id.slice(0, 12);
  }
  return id.slice(0, 12);
}

function checkPlatform(image: ImageRecord, reference: string, platform: string): void {
  if (platform === "") return;
  const [os = "", architecture] = platform.toLowerCase().split("/");
  const { os: actualOs, architecture: actual } = image.config;
  const normal = (name: string): string =>
    ({ x86_64: "amd64", aarch64: "arm64", i386: "386", i686: "386" })[name] ?? name;
  if ((architecture !== undefined && normal(architecture) !== normal(actual)) || os !== actualOs)
    throw new NotFound(
      `image with reference ${reference} was found but does not match the specified platform: wanted ${platform}, actual: ${actualOs}/${actual}`,
    );
}

/** Takes the name until the container is in the store. Throws Conflict. */
export function reserveName(daemon: Daemon, wanted: string, id: string): string {
  const { store, containers, world } = daemon;
  const holder = (name: string): string | undefined =>
    containers.reservedNames.get(name) ?? store.containers.named(name)?.id;
  if (wanted === "") {
    const name = generateName(world.random, (candidate) => holder(candidate) !== undefined);
    containers.reservedNames.set(name, id);
    return name;
  }
  const name = wanted.replace(/^\//, "");
  if (!nameExpression.test(name))
    throw new InvalidParameter(`Invalid container name (${wanted}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`);
  const other = holder(name);
  if (other !== undefined)
    throw new Conflict(
      `Conflict. The container name "/${name}" is already in use by container "${other}". You have to remove (or rename) that container to be able to reuse that name.`,
    );
  containers.reservedNames.set(name, id);
  return name;
}

function checkLinks(daemon: Daemon, links: readonly string[]): void {
  for (const link of links) {
    const [name = ""] = link.split(":");
    try {
      daemon.containers.find(name);
    } catch (error) {
      throw new InvalidParameter(`could not get container for ${name}: ${messageOf(error)}`);
    }
  }
}

function warnings(body: CreateBody, swapLimit: boolean): string[] {
  const found: string[] = [];
  const host = body.HostConfig ?? {};
  if (host.OomKillDisable === true)
    found.push("Your kernel does not support OomKillDisable. OomKillDisable discarded.");
  if (typeof host.MemorySwappiness === "number" && host.MemorySwappiness >= 0)
    found.push(
      "Your kernel does not support memory swappiness capabilities or the cgroup is not mounted. Memory swappiness discarded.",
    );
  if (!swapLimit && (host.MemorySwap ?? 0) > 0)
    found.push(
      "Your kernel does not support swap limit capabilities or the cgroup is not mounted. Memory limited without swap.",
    );
  return found;
}
