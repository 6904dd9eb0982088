import { encodeDocument } from "../../../image/mutate.ts";
import type { RunConfig } from "../../../spec/oci-image.ts";
import type { Daemon } from "../../daemon/daemon.ts";
import type { ImageRecord } from "../../records.ts";

/** The classic cache: a child of the same image that was made by the same step to the same configuration. */
export class ImageProbe {
  readonly #daemon: Daemon;
  readonly #off: boolean;
  #busted = false;

  constructor(daemon: Daemon, off: boolean) {
    this.#daemon = daemon;
    this.#off = off;
  }

  /** At the beginning of a stage: what one stage missed does not concern the next. */
  reset(): void {
    this.#busted = false;
  }

  /** Undefined from the first miss of a stage on. */
  find(parent: ImageRecord | undefined, createdBy: string, config: RunConfig): ImageRecord | undefined {
    if (this.#off || this.#busted) return undefined;
    const wanted = text(config);
    const found = this.#daemon.store.images
      .all()
      .findLast(
        (image) =>
          image.parentId === parent?.id &&
          image.config.history?.at(-1)?.created_by === createdBy &&
          image.builtClassic === true &&
          text(image.config.config ?? {}) === wanted,
      );
    if (found === undefined) this.#busted = true;
    return found;
  }
}

function text(config: RunConfig): string {
  return new TextDecoder().decode(encodeDocument(config));
}
