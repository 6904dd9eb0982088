import * as volumes from "../../../client/volume.ts";
import { bool } from "../../flag/scalar.ts";
import { atLeast } from "../../arguments.ts";
import { command, StatusError } from "../../command.ts";
import { forEachName } from "../../error-text.ts";

export const rm = command({
  use: "rm [OPTIONS] VOLUME [VOLUME...]",
  short: "Remove one or more volumes",
  long: "Remove one or more volumes. You cannot remove a volume that is in use by a container.",
  aliases: ["docker volume rm", "docker volume remove"],
  args: atLeast(1),
  flags: {
    force: bool("f", "Force the removal of one or more volumes"),
  },
  async run({ cli, flags, args }) {
    const failures = await forEachName(args, async (name) => {
      await volumes.remove(cli.engine, name, flags.force);
      await cli.out(`${name}\n`);
    });
    if (failures.length > 0) throw new StatusError(1, failures.join("\n"));
    return 0;
  },
});
