import * as volumes from "../../../client/volume.ts";
import { bool } from "../../flag/scalar.ts";
import { filter } from "../../flag/list.ts";
import { noArguments } from "../../arguments.ts";
import { command, type Cli } from "../../command.ts";
import type { Filters } from "../../../client/engine.ts";
import { ARE_YOU_SURE, confirm } from "../../confirm.ts";
import { humanSize } from "../../formatter/units.ts";
import type { Pruned } from "../container/prune.ts";

export const prune = command({
  use: "prune [OPTIONS]",
  short: "Remove unused local volumes",
  args: noArguments,
  flags: {
    all: bool("a", "Remove all unused volumes, not just anonymous ones"),
    filter: filter("", 'Provide filter values (e.g. "label=<label>")'),
    force: bool("f", "Do not prompt for confirmation"),
  },
  async run({ cli, flags }) {
    if (flags.all && flags.filter["all"] !== undefined)
      throw new Error("conflicting options: cannot specify both --all and --filter all=1");
    const which = flags.all ? "all local volumes" : "anonymous local volumes";
    const warning = `WARNING! This will remove ${which} not used by at least one container.`;
    if (!flags.force) await confirm(cli, `${warning}\n${ARE_YOU_SURE}`);
    const filters = flags.all ? { ...flags.filter, all: ["true"] } : flags.filter;
    const { output, reclaimed } = await pruneVolumes(cli, filters);
    if (output !== "") await cli.out(`${output}\n`);
    await cli.out(`Total reclaimed space: ${humanSize(reclaimed)}\n`);
    return 0;
  },
});

export async function pruneVolumes(cli: Cli, filters: Filters): Promise<Pruned> {
  const { VolumesDeleted, SpaceReclaimed = 0 } = await volumes.prune(cli.engine, filters);
  const deleted = VolumesDeleted ?? [];
  const output = deleted.length === 0 ? "" : `Deleted Volumes:\n${deleted.map((name) => `${name}\n`).join("")}`;
  return { output, reclaimed: SpaceReclaimed };
}
