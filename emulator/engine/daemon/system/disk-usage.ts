import type { SystemDataUsageResponse } from "../../../spec/engine-api.generated.ts";
import { together } from "../../concurrency.ts";
import { InvalidParameter } from "../../errors.ts";
import { Filters } from "../../router/filters.ts";
import { listContainers } from "../container/list.ts";
import type { Daemon } from "../daemon.ts";

const kinds = ["container", "image", "volume", "build-cache"];

/** `docker system df`. Kinds that were not asked for are null. Throws InvalidParameter for a kind there is none of. */
export async function diskUsage(
  daemon: Daemon,
  wanted: readonly string[],
): Promise<SystemDataUsageResponse & { readonly BuilderSize: number }> {
  const unknown = wanted.find((kind) => !kinds.includes(kind));
  if (unknown !== undefined) throw new InvalidParameter(`unknown object type: ${unknown}`);
  const want = (kind: string): boolean => wanted.length === 0 || wanted.includes(kind);
  const filters = new Filters(new Map());
  const [containers, volumes] = await together([
    want("container") ? listContainers(daemon, { all: true, limit: undefined, size: true, filters }) : nothing(),
    want("volume")
      ? Promise.all(
          daemon.volumes
            .all()
            .filter(({ options }) => options === null)
            .map((volume) => daemon.volumes.usage(volume)),
        )
      : nothing(),
  ]);
  const images = want("image")
    ? daemon.images.list({ all: false, filters, sharedSize: true, containerCount: true })
    : null;
  // Go writes a list that is not there as null.
  return {
    LayersSize: want("image") ? daemon.images.layersSize() : 0,
    Images: images as never,
    Containers: containers as never,
    Volumes: volumes as never,
    BuildCache: (want("build-cache") ? daemon.builder.cache.list() : null) as never,
    BuilderSize: want("build-cache") ? daemon.builder.cache.size() : 0,
  };
}

function nothing(): Promise<null> {
  return Promise.resolve(null);
}
