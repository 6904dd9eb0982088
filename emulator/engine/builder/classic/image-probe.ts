import { encodeDocument } from "../../../image/mutate.ts";
import type { RunConfig } from "../../../spec/oci-image.ts";
import type { Daemon } from "../../daemon/daemon.ts";
import type { ImageRecord } from "../../records.ts";
import type { BuildRequest } from "../request.ts";

/** The classic cache: a child of the same image that was made by the same step to the same configuration. */
export class ImageProbe {
  readonly #daemon: Daemon;
  readonly #off: boolean;
  /** Ids; undefined: any image. */
  readonly #among: ReadonlySet<string> | undefined;
  #busted = false;

  constructor(daemon: Daemon, { noCache, cacheFrom }: Pick<BuildRequest, "noCache" | "cacheFrom">) {
    this.#daemon = daemon;
    this.#off = noCache;
    this.#among = cacheFrom.length === 0 ? undefined : new Set(cacheFrom.flatMap((name) => ancestry(daemon, name)));
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
          this.#among?.has(image.id) !== false &&
          image.config.history?.at(-1)?.created_by === createdBy &&
          image.builtClassic === true &&
          text(image.config.config ?? {}) === wanted,
      );
    if (found === undefined) this.#busted = true;
    return found;
  }
}

/** The image and what it was made from, as far as it is here. */
function ancestry({ images, store }: Daemon, name: string): string[] {
  const found: string[] = [];
  for (let id = images.idOf(name); id !== undefined; id = store.images.get(id)?.parentId) found.push(id);
  return found;
}

function text(config: RunConfig): string {
  return new TextDecoder().decode(encodeDocument(config));
}
