import { familiarName, familiarString, type Reference } from "../../../image/reference.ts";
import type { ImageSummary } from "../../../spec/engine-api.generated.ts";
import { InvalidParameter } from "../../errors.ts";
import type { ImageRecord } from "../../records.ts";
import type { Filters } from "../../router/filters.ts";
import { parseTimestamp } from "../../timestamp.ts";
import type { Daemon } from "../daemon.ts";
import type { Catalog } from "./catalog.ts";
import { globExpression } from "./glob.ts";
import { createdAt, createdSeconds } from "./image-json.ts";
import type { Layers } from "./layers.ts";

export const imageFilterNames = ["before", "dangling", "label", "reference", "since", "until"] as const;

export interface ListOptions {
  readonly all: boolean;
  readonly filters: Filters;
  readonly sharedSize: boolean;
  readonly containerCount: boolean;
}

/** `docker images`, newest first. Throws NotFound for an image that `before` or `since` names. */
export function listImages(daemon: Daemon, catalog: Catalog, layers: Layers, options: ListOptions): ImageSummary[] {
  const { store, world } = daemon;
  const { filters } = options;
  const dangling = filters.boolean("dangling", false);
  const inTime = timeFilter(catalog, filters, world.clock.now());
  const matches = referenceFilter(filters);
  const summaries: ImageSummary[] = [];
  for (const image of store.images.all()) {
    if (dangling && catalog.children(image).length > 0) continue;
    if (!inTime(image) || !filters.labels("label", image.config.config?.Labels)) continue;
    const references = catalog.referencesOf(image).filter(matches);
    const tags = references.filter(({ digest }) => digest === undefined);
    const digests = references.filter(({ digest }) => digest !== undefined);
    if (references.length === 0) {
      if (!options.all && catalog.children(image).length > 0) continue;
      if ((filters.has("dangling") && !dangling) || filters.has("reference")) continue;
    } else if (dangling && tags.length > 0) continue;
    summaries.push({
      Containers: options.containerCount
        ? store.containers.all().filter(({ imageId }) => imageId === image.id).length
        : -1,
      Created: createdSeconds(image),
      Id: image.id,
      // Go writes a map that is not there as null.
      Labels: (image.config.config?.Labels ?? null) as ImageSummary["Labels"],
      ParentId: image.parentId ?? "",
      RepoDigests: digests.map(familiarString),
      RepoTags: tags.map(familiarString),
      SharedSize: options.sharedSize ? sharedSize(daemon, image) : -1,
      Size: layers.size(image),
    });
  }
  return summaries.sort((a, b) => b.Created - a.Created);
}

function timeFilter(catalog: Catalog, filters: Filters, now: number): (image: ImageRecord) => boolean {
  const earliest = (values: (number | undefined)[]): number | undefined =>
    values.reduce(
      (least, value) => (value !== undefined && (least === undefined || value < least) ? value : least),
      undefined,
    );
  const before = earliest([
    ...filters.get("before").map((name) => createdAt(catalog.find(name))),
    ...filters.get("until").map((text) => parseTimestamp(text, now)),
  ]);
  const sinces = filters.get("since").flatMap((name) => createdAt(catalog.find(name)) ?? []);
  const since = sinces.length === 0 ? undefined : Math.max(...sinces);
  return (image) => {
    const at = createdAt(image);
    return (
      (before === undefined || (at !== undefined && at < before)) &&
      (since === undefined || (at !== undefined && at > since))
    );
  };
}

/** Each pattern is tried on the familiar reference and on the name alone. Throws InvalidParameter for a bad pattern. */
function referenceFilter(filters: Filters): (reference: Reference) => boolean {
  if (!filters.has("reference")) return () => true;
  const patterns = filters.get("reference").map((pattern) => {
    const expression = globExpression(pattern);
    if (expression === undefined) throw new InvalidParameter("syntax error in pattern");
    return expression;
  });
  return (reference) =>
    patterns.some((pattern) => pattern.test(familiarString(reference)) || pattern.test(familiarName(reference)));
}

/** Bytes of the layers that other images stand on too. */
function sharedSize(daemon: Daemon, image: ImageRecord): number {
  const others = daemon.store.images.all().filter(({ id }) => id !== image.id);
  return image.config.rootfs.diff_ids
    .filter((_, i) => others.some(({ chainIds }) => chainIds[i] === image.chainIds[i]))
    .reduce((sum, diffId) => sum + daemon.world.content.layerSize(diffId), 0);
}
