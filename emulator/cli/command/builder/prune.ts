import * as system from "../../../client/system.ts";
import { bool } from "../../flag/scalar.ts";
import { filter } from "../../flag/list.ts";
import { bytes } from "../../opts/size.ts";
import { noArguments } from "../../arguments.ts";
import { command, type Cli } from "../../command.ts";
import { isBuildKit, LEGACY_NOTICE } from "../../build/builder.ts";
import { prune as ofBuildKit } from "../buildx/prune.ts";
import type { Filters } from "../../../client/engine.ts";
import { confirm } from "../../confirm.ts";
import { humanSize } from "../../formatter/units.ts";
import type { Pruned } from "../container/prune.ts";

export const prune = command({
  use: "prune",
  instead: (env) => (isBuildKit(env) ? { command: ofBuildKit, path: "docker buildx prune" } : undefined),
  traits: { notice: LEGACY_NOTICE },
  short: "Remove build cache",
  args: noArguments,
  flags: {
    all: bool("a", "Remove all unused build cache, not just dangling ones"),
    filter: filter("", 'Provide filter values (e.g. "until=24h")'),
    force: bool("f", "Do not prompt for confirmation"),
    "keep-storage": bytes("", "Amount of disk space to keep for cache"),
  },
  async run({ cli, flags }) {
    const which = flags.all ? "all build cache" : "all dangling build cache";
    if (!flags.force) await confirm(cli, `WARNING! This will remove ${which}. Are you sure you want to continue?`);
    const keepStorage = flags["keep-storage"];
    const { output, reclaimed } = await pruneBuildCache(cli, { all: flags.all, filters: flags.filter, keepStorage });
    if (output !== "") await cli.out(`${output}\n`);
    await cli.out(`Total reclaimed space: ${humanSize(reclaimed)}\n`);
    return 0;
  },
});

export async function pruneBuildCache(
  cli: Cli,
  options: { readonly all: boolean; readonly filters: Filters; readonly keepStorage?: number },
): Promise<Pruned> {
  const { CachesDeleted, SpaceReclaimed = 0 } = await system.pruneBuildCache(cli.engine, options);
  const deleted = CachesDeleted ?? [];
  const output = deleted.length === 0 ? "" : `Deleted build cache objects:\n${deleted.map((id) => `${id}\n`).join("")}`;
  return { output, reclaimed: SpaceReclaimed };
}
