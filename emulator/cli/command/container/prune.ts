import * as containers from "../../../client/container.ts";
import { bool } from "../../flag/scalar.ts";
import { filter } from "../../flag/list.ts";
import { noArguments } from "../../arguments.ts";
import { command, type Cli } from "../../command.ts";
import type { Filters } from "../../../client/engine.ts";
import { ARE_YOU_SURE, confirm } from "../../confirm.ts";
import { humanSize } from "../../formatter/units.ts";

export const prune = command({
  use: "prune [OPTIONS]",
  short: "Remove all stopped containers",
  args: noArguments,
  flags: {
    filter: filter("", 'Provide filter values (e.g. "until=<timestamp>")'),
    force: bool("f", "Do not prompt for confirmation"),
  },
  async run({ cli, flags }) {
    if (!flags.force) await confirm(cli, `WARNING! This will remove all stopped containers.\n${ARE_YOU_SURE}`);
    const { output, reclaimed } = await pruneContainers(cli, flags.filter);
    if (output !== "") await cli.out(`${output}\n`);
    await cli.out(`Total reclaimed space: ${humanSize(reclaimed)}\n`);
    return 0;
  },
});

/** What a prune removed, one object a line, and how many bytes that set free. */
export interface Pruned {
  readonly output: string;
  readonly reclaimed: number;
}

export async function pruneContainers(cli: Cli, filters: Filters): Promise<Pruned> {
  const { ContainersDeleted, SpaceReclaimed = 0 } = await containers.prune(cli.engine, filters);
  const deleted = ContainersDeleted ?? [];
  const output = deleted.length === 0 ? "" : `Deleted Containers:\n${deleted.map((id) => `${id}\n`).join("")}`;
  return { output, reclaimed: SpaceReclaimed };
}
