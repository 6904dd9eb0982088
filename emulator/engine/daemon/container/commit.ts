import type { ConfigBody } from "../../container-body.ts";
import { Conflict } from "../../errors.ts";
import type { ContainerRecord } from "../../records.ts";
import { readAll } from "../../streams.ts";
import { rfc3339 } from "../../time.ts";
import type { Daemon } from "../daemon.ts";
import { applyChanges } from "../image-changes.ts";
import { mergeConfig } from "./config.ts";

export interface CommitOptions {
  /** Repository and tag; undefined: an image without a name. */
  readonly reference: string | undefined;
  readonly comment: string;
  readonly author: string;
  readonly pause: boolean;
  readonly changes: readonly string[];
  /** Laid over the container's own configuration, when the client sends one. */
  readonly config: ConfigBody | undefined;
  readonly signal: AbortSignal;
}

/** `POST /commit`: the container's changes as a layer over its image. The new image's id. */
export async function commitContainer(
  daemon: Daemon,
  container: ContainerRecord,
  options: CommitOptions,
): Promise<string> {
  const { world, store, images } = daemon;
  const { state } = container;
  if (state.dead || state.removing)
    throw new Conflict(`You cannot commit container ${container.id} which is ${state.dead ? "Dead" : "being removed"}`);
  const base = options.config === undefined ? container.config : overlay(options.config, container);
  const { Hostname: _h, Domainname: _d, Image: _i, AttachStdin: _a, AttachStdout: _o, AttachStderr: _e, ...own } = base;
  const config = applyChanges(own as Parameters<typeof applyChanges>[0], options.changes);
  await daemon.containers.live(container).prepared;
  const layer = await pausedWhile(daemon, container, options.pause, async () =>
    readAll(world.snapshotter.diff(container.id, options.signal)),
  );
  const image = await images.create({
    parent: store.images.get(container.imageId),
    layer,
    config,
    author: options.author,
    history: {
      created: rfc3339(world.clock.now()),
      created_by: [container.path, ...container.args].join(" "),
      ...(options.author === "" ? {} : { author: options.author }),
      ...(options.comment === "" ? {} : { comment: options.comment }),
    },
    reference: options.reference,
  });
  daemon.containers.publish(container, "commit", {
    comment: options.comment,
    imageID: image.id,
    imageRef: options.reference ?? "",
  });
  return image.id;
}

function overlay(body: ConfigBody, { config }: ContainerRecord): ContainerRecord["config"] {
  return mergeConfig(body, config as Parameters<typeof mergeConfig>[1], config.Hostname ?? "");
}

/** A running container stands still while its files are read. */
async function pausedWhile<T>(
  daemon: Daemon,
  container: ContainerRecord,
  pause: boolean,
  read: () => Promise<T>,
): Promise<T> {
  const { state } = container;
  const { runtime } = daemon.world;
  return daemon.containers.locked(container, async () => {
    if (!pause || !state.running || state.paused || state.restarting) return read();
    await runtime.pause(container.id);
    try {
      return await read();
    } finally {
      await runtime.resume(container.id);
    }
  });
}
