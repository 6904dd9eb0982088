import { Conflict, InvalidParameter } from "../../errors.ts";
import type { ContainerRecord } from "../../records.ts";
import type { Daemon } from "../daemon.ts";
import { reserveName } from "./create.ts";

/** `POST /containers/{name}/rename`. */
export async function renameContainer(daemon: Daemon, container: ContainerRecord, wanted: string): Promise<void> {
  const { containers, store, networks } = daemon;
  if (wanted === "") throw new InvalidParameter("Neither old nor new names may be empty");
  await containers.locked(container, async () => {
    const oldName = container.name;
    if (wanted.replace(/^\//, "") === oldName)
      throw new InvalidParameter("Renaming a container with the same name as its current name");
    const name = reserve(daemon, wanted, container.id);
    try {
      store.containers.rename(container, () => {
        container.name = name;
      });
      networks.renamed(container, oldName);
    } finally {
      containers.reservedNames.delete(name);
    }
    containers.publish(container, "rename", { oldName: `/${oldName}` });
  });
}

function reserve(daemon: Daemon, wanted: string, id: string): string {
  try {
    return reserveName(daemon, wanted, id);
  } catch (error) {
    if (error instanceof Conflict) throw new Conflict(`Error when allocating new name: ${error.message}`);
    if (error instanceof InvalidParameter)
      throw new InvalidParameter(`Error when allocating new name: ${error.message}`);
    throw error;
  }
}
