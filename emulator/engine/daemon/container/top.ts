import type { ContainerTopResponse } from "../../../spec/engine-api.generated.ts";
import type { ContainerRecord } from "../../records.ts";
import type { Daemon } from "../daemon.ts";
import { isRestarting, notRunning } from "./kill.ts";

/** `GET /containers/{name}/top`. */
export async function topContainer(
  daemon: Daemon,
  container: ContainerRecord,
  psArguments: string,
): Promise<ContainerTopResponse> {
  const { state } = container;
  if (!state.running) throw notRunning(container);
  if (state.restarting) throw isRestarting(container);
  const words = (psArguments || "-ef").split(/\s+/).filter((word) => word !== "");
  const { titles, processes } = await daemon.world.runtime.top(container.id, words);
  daemon.containers.publish(container, "top");
  return { Titles: titles, Processes: processes };
}
