import type { Daemon } from "../daemon.ts";
import type { ContainerRecord } from "../../records.ts";
import { AmbiguousPrefix } from "../../id-store.ts";
import { InvalidParameter, NotFound } from "../../errors.ts";

/** What is known of containers only while the engine runs: locks, waiters, timers. Records are in the store. */
export class Containers {
  readonly #daemon: Daemon;

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

  /** Containers that run are taken up again. */
  async restore(): Promise<void> {}

  async close(): Promise<void> {}
}
