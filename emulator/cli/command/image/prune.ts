import * as images from "../../../client/image.ts";
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
  short: "Remove unused images",
  args: noArguments,
  flags: {
    all: bool("a", "Remove all unused images, not just dangling ones"),
    filter: filter("", 'Provide filter values (e.g. "until=<timestamp>")'),
    force: bool("f", "Do not prompt for confirmation"),
  },
  async run({ cli, flags }) {
    const what = flags.all ? "all images without at least one container associated to them" : "all dangling images";
    if (!flags.force) await confirm(cli, `WARNING! This will remove ${what}.\n${ARE_YOU_SURE}`);
    const { output, reclaimed } = await pruneImages(cli, flags.filter, flags.all);
    if (output !== "") await cli.out(`${output}\n`);
    await cli.out(`Total reclaimed space: ${humanSize(reclaimed)}\n`);
    return 0;
  },
});

export async function pruneImages(cli: Cli, filters: Filters, all: boolean): Promise<Pruned> {
  const dangling = { ...filters, dangling: [String(!all)] };
  const { ImagesDeleted, SpaceReclaimed = 0 } = await images.prune(cli.engine, dangling);
  const lines = (ImagesDeleted ?? []).map(({ Untagged, Deleted }) =>
    Untagged === undefined || Untagged === "" ? `deleted: ${Deleted ?? ""}\n` : `untagged: ${Untagged}\n`,
  );
  return { output: lines.length === 0 ? "" : `Deleted Images:\n${lines.join("")}`, reclaimed: SpaceReclaimed };
}
