import { familiarString } from "../../../image/reference.ts";
import type { ImageHistoryResponseItem } from "../../../spec/engine-api.generated.ts";
import { System } from "../../errors.ts";
import type { ImageRecord } from "../../records.ts";
import type { Daemon } from "../daemon.ts";
import type { Catalog } from "./catalog.ts";

/** `docker history`, newest first: what an image says of its layers, with the ids of the images still there under it. */
export function imageHistory(daemon: Daemon, catalog: Catalog, image: ImageRecord): ImageHistoryResponseItem[] {
  let layer = 0;
  const items = (image.config.history ?? []).map((entry) => {
    let size = 0;
    if (entry.empty_layer !== true) {
      const diffId = image.config.rootfs.diff_ids[layer++];
      if (diffId === undefined) throw new System("too many non-empty layers in History section");
      size = daemon.world.content.layerSize(diffId);
    }
    const created = entry.created === undefined ? 0 : Math.floor(Date.parse(entry.created) / 1000);
    return {
      Id: "<missing>",
      Created: created,
      CreatedBy: entry.created_by ?? "",
      Size: size,
      Comment: entry.comment ?? "",
    };
  });
  let current: ImageRecord | undefined = image;
  return items.reverse().map((item) => {
    const at: ImageRecord | undefined = current;
    const tags = at === undefined ? [] : catalog.referencesOf(at).filter(({ digest }) => digest === undefined);
    current = at?.parentId === undefined ? undefined : daemon.store.images.get(at.parentId);
    return {
      Comment: item.Comment,
      Created: item.Created,
      CreatedBy: item.CreatedBy,
      Id: at?.id ?? item.Id,
      Size: item.Size,
      // Go writes a list that is not there as null.
      Tags: (tags.length === 0 ? null : tags.map(familiarString)) as ImageHistoryResponseItem["Tags"],
    };
  });
}
