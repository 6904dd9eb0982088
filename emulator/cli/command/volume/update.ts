import * as volumes from "../../../client/volume.ts";
import { string } from "../../flag/scalar.ts";
import { exactly } from "../../arguments.ts";
import { command } from "../../command.ts";

export const update = command({
  use: "update [OPTIONS] [VOLUME]",
  short: "Update a volume (cluster volumes only)",
  args: exactly(1),
  flags: {
    availability: string("", 'Cluster Volume availability ("active", "pause", "drain")', "active"),
  },
  async run({ cli, args }) {
    const [name = ""] = args;
    await volumes.inspect(cli.engine, name);
    // A volume of a cluster needs a swarm, which this engine is never part of.
    throw new Error("can only update cluster volumes");
  },
});
