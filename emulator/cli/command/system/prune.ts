import { bool } from "../../flag/scalar.ts";
import { filter } from "../../flag/list.ts";
import { noArguments } from "../../arguments.ts";
import { command } from "../../command.ts";
import type { Filters } from "../../../client/engine.ts";
import { ARE_YOU_SURE, confirm } from "../../confirm.ts";
import { humanSize } from "../../formatter/units.ts";
import { pruneBuildCache } from "../builder/prune.ts";
import { pruneContainers, type Pruned } from "../container/prune.ts";
import { pruneImages } from "../image/prune.ts";
import { pruneNetworks } from "../network/prune.ts";
import { pruneVolumes } from "../volume/prune.ts";

export const prune = command({
  use: "prune [OPTIONS]",
  short: "Remove unused data",
  args: noArguments,
  flags: {
    all: bool("a", "Remove all unused images not just dangling ones"),
    filter: filter("", 'Provide filter values (e.g. "label=<key>=<value>")'),
    force: bool("f", "Do not prompt for confirmation"),
    volumes: bool("", "Prune anonymous volumes"),
  },
  async run({ cli, flags }) {
    const filters = flags.filter;
    if (flags.volumes && filters["until"] !== undefined)
      throw new Error('ERROR: The "until" filter is not supported with "--volumes"');
    if (!flags.force) await confirm(cli, warning(flags.all, flags.volumes, filters));
    const steps: (() => Promise<Pruned>)[] = [
      () => pruneContainers(cli, filters),
      () => pruneNetworks(cli, filters),
      ...(flags.volumes ? [() => pruneVolumes(cli, filters)] : []),
      () => pruneImages(cli, filters, flags.all),
      () => pruneBuildCache(cli, { all: flags.all, filters }),
    ];
    let total = 0;
    for (const step of steps) {
      const { output, reclaimed } = await step();
      total += reclaimed;
      if (output !== "") await cli.out(`${output}\n`);
    }
    await cli.out(`Total reclaimed space: ${humanSize(total)}\n`);
    return 0;
  },
});

function warning(all: boolean, volumes: boolean, filters: Filters): string {
  const removed = [
    "all stopped containers",
    "all networks not used by at least one container",
    ...(volumes ? ["all anonymous volumes not used by at least one container"] : []),
    all ? "all images without at least one container associated to them" : "all dangling images",
    all ? "all build cache" : "unused build cache",
  ];
  const conditions = Object.entries(filters).flatMap(([name, values]) => values.map((value) => `${name}=${value}`));
  const filtered =
    conditions.length === 0
      ? ""
      : `\n  Items to be pruned will be filtered with:\n${conditions.map((condition) => `  - ${condition}\n`).join("")}`;
  return `WARNING! This will remove:\n${removed.map((what) => `  - ${what}\n`).join("")}${filtered}\n${ARE_YOU_SURE}`;
}
