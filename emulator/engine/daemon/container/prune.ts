import type { ContainerPruneResponse } from "../../../spec/engine-api.generated.ts";
import { Conflict } from "../../errors.ts";
import type { Filters } from "../../router/filters.ts";
import { parseTimestamp } from "../../timestamp.ts";
import type { Daemon } from "../daemon.ts";
import { removeContainer } from "./remove.ts";

/** `POST /containers/prune`: removes what does not run. */
export async function pruneContainers(daemon: Daemon, filters: Filters): Promise<ContainerPruneResponse> {
  const { world, containers } = daemon;
  const [until] = filters.get("until");
  const limit = until === undefined ? undefined : parseTimestamp(until, world.clock.now());
  const deleted: string[] = [];
  let reclaimed = 0;
  for (const container of containers.visible()) {
    if (container.state.running || container.state.removing) continue;
    if (limit !== undefined && container.created > limit) continue;
    if (!filters.labels("label", container.config.Labels)) continue;
    if (filters.has("label!") && filters.labels("label!", container.config.Labels)) continue;
    await daemon.containers.live(container).prepared.catch(() => undefined);
    const size = await world.snapshotter.usage(container.id);
    try {
      await removeContainer(daemon, container, { force: false, volumes: false });
    } catch (error) {
      // It has been started, or is being removed, meanwhile.
      if (error instanceof Conflict) continue;
      throw error;
    }
    reclaimed += size;
    deleted.push(container.id);
  }
  daemon.events.publish("container", "prune", "", { reclaimed: String(reclaimed) });
  return { ContainersDeleted: deleted.length > 0 ? deleted : (null as never), SpaceReclaimed: reclaimed };
}
