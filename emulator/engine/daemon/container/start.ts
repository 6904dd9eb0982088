import { together } from "../../concurrency.ts";
import { Conflict, InvalidParameter, NotModified } from "../../errors.ts";
import type { ContainerRecord } from "../../records.ts";
import { step } from "../../steps.ts";
import type { Daemon } from "../daemon.ts";
import { containerSpec } from "../spec/spec.ts";
import { resolveUser } from "../spec/user.ts";
import { resolveDevices } from "./devices.ts";
import { watchExit } from "./exit.ts";
import { startHealth } from "./health.ts";
import { networkFilePaths, writeNetworkFiles } from "./network-files.ts";
import { removeLocked } from "./remove.ts";
import { holdRootfs, releaseRootfs } from "./rootfs.ts";
import { startFault } from "./runtime-fault.ts";
import { mountShareableShm, resolveSharing, type Sharing } from "./sharing.ts";
import { endStdio, prepareStdio, taskStdio } from "./stdio.ts";
import { mountVolumes, publishVolumes, unmountVolumes } from "./volumes-in-use.ts";

/** `POST /containers/{name}/start`. Throws NotModified when it runs already. */
export async function startContainer(daemon: Daemon, container: ContainerRecord): Promise<void> {
  const live = daemon.containers.live(container);
  await daemon.containers.locked(container, async () => {
    const { state, restart } = container;
    if (state.paused) throw new Conflict("cannot start a paused container, try unpause instead");
    if (state.running && !state.restarting) throw new NotModified("");
    if (state.removing || state.dead) throw new Conflict("container is marked for removal and cannot be started");
    live.cancelRestart?.();
    restart.manuallyStopped = false;
    restart.nextAt = undefined;
    restart.count = 0;
    restart.failures = 0;
    restart.backoff = 0;
    await startLocked(daemon, container);
  });
}

/** The start itself, with the container's lock held. On failure everything is undone, and `--rm` takes effect. */
export async function startLocked(daemon: Daemon, container: ContainerRecord): Promise<void> {
  const { world, containers } = daemon;
  const { state, config } = container;
  let root: string | undefined;
  try {
    await containers.live(container).prepared;
    root = await holdRootfs(daemon, container);
    await begin(daemon, container, root);
  } catch (error) {
    const command = { files: world.files, root, path: container.path, cwd: config.WorkingDir || "/" };
    const { fault, exitCode } = await startFault(error, command);
    state.error = fault.message;
    state.exitCode = exitCode;
    state.running = false;
    state.restarting = false;
    state.pid = 0;
    // Whoever is attached sees the end of its streams.
    await endStdio(daemon, container);
    if (root !== undefined) await releaseRootfs(daemon, container);
    if (container.hostConfig.AutoRemove === true) await removeLocked(daemon, container, { volumes: true });
    throw fault;
  }
}

async function begin(daemon: Daemon, container: ContainerRecord, root: string): Promise<void> {
  const { world, containers, networks } = daemon;
  const { config, hostConfig, state } = container;
  const sharing = resolveSharing(daemon, container);
  const stdio = taskStdio(daemon, container);
  // Addresses and ports are taken in memory first: what cannot work fails before the guest is touched.
  const reservation = networks.reserve(container);
  try {
    // One round trip to the guest for all of it, as far as one thing does not need the other.
    const [user, devices] = await together([
      resolveUser(world.files, root, config.User ?? "", hostConfig.GroupAdd ?? []),
      resolveDevices(daemon, container),
      step(world, { name: "network", container }, () => networks.connect(container)),
      step(world, { name: "files", container }, () => writeNetworkFiles(daemon, container, reservation)),
      prepareStdio(daemon, container),
      makeBindSources(daemon, container),
      container.mounts.length === 0
        ? Promise.resolve()
        : step(world, { name: "volumes", container }, () => mountVolumes(daemon, container)),
      sharing.shareableShm === undefined
        ? Promise.resolve()
        : mountShareableShm(daemon, container, sharing.shareableShm),
    ]);
    const describe = () =>
      containerSpec(
        container,
        {
          root,
          user,
          devices,
          namespaces: withSandbox(container, sharing),
          mounts: {
            shm: sharing.shm,
            ...networkFilePaths(sharing.filesOf),
            init: hostConfig.Init === true ? world.host.initBinary : undefined,
          },
          linkEnvironment: reservation.environment,
        },
        world,
      );
    const spec = await step(
      world,
      { name: "config", container },
      () => Promise.resolve(describe()),
      (document) => ({ document }),
    );
    const { pid } = await step(
      world,
      { name: "start", container },
      () => world.runtime.start({ id: container.id, spec, stdio, signal: daemon.closed }),
      (started) => started,
    );
    Object.assign(state, { running: true, restarting: false, paused: false, oomKilled: false, error: "", exitCode: 0 });
    state.pid = pid;
    state.startedAt = world.clock.now();
  } catch (error) {
    await undo(daemon, container, sharing);
    throw error;
  }
  publishVolumes(daemon, container, "mount");
  containers.publish(container, "start");
  watchExit(daemon, container);
  startHealth(daemon, container);
}

function withSandbox({ network }: ContainerRecord, { namespaces }: Sharing): Sharing["namespaces"] {
  if (namespaces.paths.network !== undefined || !namespaces.types.includes("network")) return namespaces;
  return {
    types: namespaces.types,
    paths: { ...namespaces.paths, network: network.sandboxKey === "" ? undefined : network.sandboxKey },
  };
}

async function undo(daemon: Daemon, container: ContainerRecord, sharing: Sharing): Promise<void> {
  const { world, networks } = daemon;
  const results = await Promise.allSettled([
    networks.release(container),
    unmountVolumes(daemon, container),
    sharing.shareableShm === undefined ? undefined : world.files.unmount(sharing.shareableShm),
  ]);
  for (const result of results)
    if (result.status === "rejected") world.report(`undoing the start of ${container.id}`, result.reason);
}

/** Missing directories that `-v` names are made, as Docker makes them. */
async function makeBindSources(daemon: Daemon, { mounts }: ContainerRecord): Promise<void> {
  const { files } = daemon.world;
  const binds = mounts.filter((mount) => mount.type === "bind");
  await Promise.all(
    binds.map(async ({ source, createSource }) => {
      if ((await files.stat("/", source, { follow: true })) !== undefined) return;
      if (!createSource)
        throw new InvalidParameter(`invalid mount config for type "bind": bind source path does not exist: ${source}`);
      await files.makeDirectory("/", source, { mode: 0o755, parents: true });
    }),
  );
}
