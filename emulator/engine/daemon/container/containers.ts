import { AmbiguousPrefix } from "../../id-store.ts";
import { InvalidParameter, NotFound } from "../../errors.ts";
import { KeyedMutex } from "../../mutex.ts";
import type { ContainerRecord } from "../../records.ts";
import type { Daemon } from "../daemon.ts";
import { Live } from "./live.ts";
import { restoreContainers } from "./restore.ts";

/** The containers as the engine works with them: look-up, names being taken, and what lives beside each record. */
export class Containers {
  readonly #daemon: Daemon;
  readonly #live = new Map<string, Live>();
  readonly #background = new Set<Promise<void>>();
  /** Names of containers that are being created, with their ids. */
  readonly reservedNames = new Map<string, string>();
  /** One at a time fills a volume with an image's files. */
  readonly volumeLocks = new KeyedMutex();

  constructor(daemon: Daemon) {
    this.#daemon = daemon;
  }

  /** By name (with or without a slash), id, or a prefix of the id. */
  find(nameOrId: string): ContainerRecord {
    if (nameOrId === "") throw new InvalidParameter('invalid name or ID supplied: ""');
    try {
      const found = this.#daemon.store.containers.find(nameOrId.replace(/^\//, ""));
      if (found !== undefined) return found;
    } catch (error) {
      if (error instanceof AmbiguousPrefix) throw new InvalidParameter(error.message);
      throw error;
    }
    throw new NotFound(`No such container: ${nameOrId}`);
  }

  /** What lives beside the record; for a container that is gone, something that nobody else sees. */
  live(container: ContainerRecord): Live {
    const live = this.#live.get(container.id) ?? new Live();
    if (this.has(container)) this.#live.set(container.id, live);
    return live;
  }

  /** All but those of a build that nobody is to see. */
  visible(): ContainerRecord[] {
    return this.#daemon.store.containers.all().filter(({ build }) => build?.hidden !== true);
  }

  has(container: ContainerRecord): boolean {
    return this.#daemon.store.containers.get(container.id) === container;
  }

  /** With the container's lock held. Throws NotFound when it has been removed before its turn came. */
  locked<T>(container: ContainerRecord, task: () => Promise<T>): Promise<T> {
    return this.live(container).lock.run(() => {
      if (!this.has(container)) throw new NotFound(`No such container: ${container.id}`);
      return task();
    });
  }

  forget(container: ContainerRecord): void {
    this.#live.delete(container.id);
  }

  /** Work that no caller waits for, and that `close` does wait for. Failures go to `report`. */
  inBackground(what: string, work: Promise<unknown>): void {
    const tracked: Promise<void> = work
      .then(
        () => undefined,
        (cause: unknown) => {
          if (!this.#daemon.closed.aborted) this.#daemon.world.report(what, cause);
        },
      )
      .finally(() => this.#background.delete(tracked));
    this.#background.add(tracked);
  }

  /** Publishes with the attributes every container event has: labels, image and name. */
  publish(container: ContainerRecord, action: string, attributes: Readonly<Record<string, string>> = {}): void {
    if (container.build?.hidden === true) return;
    this.#daemon.events.publish("container", action, container.id, {
      ...container.config.Labels,
      image: container.config.Image ?? "",
      name: container.name,
      ...attributes,
    });
  }

  /** Settles when nothing is going on in the background. */
  async settled(): Promise<void> {
    while (this.#background.size > 0) await Promise.all(this.#background);
  }

  /** Containers that run are taken up again. */
  async restore(): Promise<void> {
    this.#live.clear();
    await restoreContainers(this.#daemon);
  }

  async close(): Promise<void> {
    for (const live of this.#live.values()) {
      live.cancelRestart?.();
      live.cancelHealth?.();
    }
    this.#live.clear();
  }
}
