import * as containers from "../../client/container.ts";
import * as images from "../../client/image.ts";
import * as networks from "../../client/network.ts";
import * as volumes from "../../client/volume.ts";
import { bool, string } from "../flag/scalar.ts";
import { inspectFormat } from "../flag/format.ts";
import { atLeast } from "../arguments.ts";
import { command, type Cli } from "../command.ts";
import { containerType } from "../gotype/container.ts";
import { imageType } from "../gotype/image.ts";
import { networkType } from "../gotype/network.ts";
import { volumeType } from "../gotype/volume.ts";
import { isNotFound, inspectObjects, type Inspected } from "../inspect.ts";

const types = ["config", "container", "image", "network", "node", "plugin", "secret", "service", "task", "volume"];

export const inspect = command({
  use: "inspect [OPTIONS] NAME|ID [NAME|ID...]",
  short: "Return low-level information on Docker objects",
  args: atLeast(1),
  flags: {
    format: inspectFormat("f"),
    size: bool("s", "Display total file sizes if the type is container"),
    type: string("", "Only inspect objects of the given type"),
  },
  async run({ cli, flags, changed, args }) {
    const { type } = flags;
    if (changed.has("type") && !types.includes(type)) {
      if (type === "") throw new Error('type is empty: must be one of "' + types.join('", "') + '"');
      throw new Error(`unknown type: ${JSON.stringify(type)}: must be one of "${types.join('", "')}"`);
    }
    return inspectObjects(cli, args, flags.format, (name) => find(cli, name, type, flags.size));
  },
});

/** Without a type the first kind of object that has the name is it. */
async function find(cli: Cli, name: string, type: string, size: boolean): Promise<Inspected> {
  const kinds: Readonly<Record<string, () => Promise<Inspected>>> = {
    container: async () => ({ ...(await containers.inspect(cli.engine, name, { size })), type: containerType }),
    image: async () => ({ ...(await images.inspect(cli.engine, name)), type: imageType }),
    network: async () => ({ ...(await networks.inspect(cli.engine, name)), type: networkType }),
    volume: async () => ({ ...(await volumes.inspect(cli.engine, name)), type: volumeType }),
  };
  const one = kinds[type];
  if (one !== undefined) return one();
  if (type !== "") throw new Error(`Error: No such ${type}: ${name}`);
  for (const fetch of Object.values(kinds))
    try {
      return await fetch();
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  throw new Error(`Error: No such object: ${name}`);
}
