import type { ImageDeleteResponseItem } from "../../../spec/engine-api.generated.ts";
import { familiarString } from "../../../image/reference.ts";
import { Conflict, NotFound } from "../../errors.ts";
import type { Filters } from "../../router/filters.ts";
import type { Daemon } from "../daemon.ts";
import { pruneFilter } from "../prune-filter.ts";
import type { Catalog } from "./catalog.ts";
import { createdAt } from "./image-json.ts";
import type { Removal, Remover } from "./remove.ts";

export const pruneFilterNames = ["dangling", "label", "label!", "until"] as const;

export interface ImagesPruned {
  readonly deleted: ImageDeleteResponseItem[];
  readonly reclaimed: number;
  readonly layers: string[];
}

/** `docker image prune`: images without a name, or with `dangling=false` all that no container uses. */
export function pruneImages(daemon: Daemon, catalog: Catalog, remover: Remover, filters: Filters): ImagesPruned {
  const { store, world } = daemon;
  const danglingOnly = filters.boolean("dangling", true);
  const wanted = pruneFilter(filters, world.clock.now());
  const sizes = new Map(
    store.images
      .all()
      .flatMap(({ chainIds, config }) =>
        config.rootfs.diff_ids.map((diffId, i) => [chainIds[i] ?? "", world.content.layerSize(diffId)] as const),
      ),
  );
  const candidates = store.images.all().filter((image) => {
    const children = catalog.children(image).length;
    if (children > 0 && (danglingOnly || catalog.referencesOf(image).length === 0)) return false;
    return wanted({ created: createdAt(image), labels: image.config.config?.Labels });
  });
  const removals: Removal[] = [];
  for (const image of candidates) {
    if (store.images.get(image.id) === undefined) continue;
    const references = catalog.referencesOf(image);
    const tagged = references.some(({ digest }) => digest === undefined);
    if (references.length > 0 && danglingOnly && tagged) continue;
    const names = references.length === 0 ? [image.id] : references.map(familiarString);
    for (const name of names)
      try {
        removals.push(remover.remove(name, { force: false, prune: true }));
      } catch (error) {
        // In use, or gone together with another name of it.
        if (!(error instanceof Conflict || error instanceof NotFound)) throw error;
      }
  }
  const deleted = removals.flatMap(({ records }) => records);
  return {
    deleted,
    reclaimed: deleted.reduce((sum, { Deleted = "" }) => sum + (sizes.get(Deleted) ?? 0), 0),
    layers: removals.flatMap(({ layers }) => layers),
  };
}
