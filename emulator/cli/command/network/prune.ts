import * as networks from "../../../client/network.ts";
import { bool } from "../../flag/scalar.ts";
import { filter } from "../../flag/list.ts";
import { noArguments } from "../../arguments.ts";
import { command, type Cli } from "../../command.ts";
import type { Filters } from "../../../client/engine.ts";
import { ARE_YOU_SURE, confirm } from "../../confirm.ts";
import type { Pruned } from "../container/prune.ts";

export const prune = command({
  use: "prune [OPTIONS]",
  short: "Remove all unused networks",
  args: noArguments,
  flags: {
    filter: filter("", 'Provide filter values (e.g. "until=<timestamp>")'),
    force: bool("f", "Do not prompt for confirmation"),
  },
  async run({ cli, flags }) {
    const warning = "WARNING! This will remove all custom networks not used by at least one container.";
    if (!flags.force) await confirm(cli, `${warning}\n${ARE_YOU_SURE}`);
    const { output } = await pruneNetworks(cli, flags.filter);
    if (output !== "") await cli.out(`${output}\n`);
    return 0;
  },
});

export async function pruneNetworks(cli: Cli, filters: Filters): Promise<Pruned> {
  const deleted = (await networks.prune(cli.engine, filters)).NetworksDeleted ?? [];
  const output = deleted.length === 0 ? "" : `Deleted Networks:\n${deleted.map((name) => `${name}\n`).join("")}`;
  return { output, reclaimed: 0 };
}
