import * as system from "../../../client/system.ts";
import { bool, duration } from "../../flag/scalar.ts";
import { filter } from "../../flag/list.ts";
import { withTraits } from "../../flag/flag.ts";
import { bytes } from "../../opts/size.ts";
import { noArguments } from "../../arguments.ts";
import { command } from "../../command.ts";
import { ARE_YOU_SURE, confirm } from "../../confirm.ts";
import { buildCachePretty, buildCacheFormat, buildCacheTable, prunedRows } from "../../formatter/build-cache.ts";
import { render } from "../../formatter/format.ts";
import { humanSize } from "../../formatter/units.ts";
import { builderFlags } from "./builder-flags.ts";

export const prune = command({
  use: "prune",
  short: "Remove build cache",
  args: noArguments,
  traits: { plugin: true },
  flags: {
    ...builderFlags,
    all: bool("a", "Include internal/frontend images"),
    filter: filter("", 'Provide filter values (e.g., "until=24h")'),
    force: bool("f", "Do not prompt for confirmation"),
    "keep-storage": withTraits(bytes("", "Amount of disk space to keep for cache"), {
      hidden: true,
      aliasFor: "reserved-space",
      deprecated: "keep-storage flag has been changed to reserved-space",
    }),
    "max-used-space": bytes("", "Maximum amount of disk space allowed to keep for cache"),
    "min-free-space": bytes("", "Target amount of free disk space after pruning"),
    "reserved-space": bytes("", "Amount of disk space always allowed to keep for cache"),
    timeout: duration("", "Override the default timeout for loading builder status", "20s"),
    verbose: bool("", "Provide a more verbose output"),
  },
  async run({ cli, flags }) {
    const what = flags.all ? "all build cache" : "all dangling build cache";
    if (!flags.force) await confirm(cli, `WARNING! This will remove ${what}. ${ARE_YOU_SURE}`);
    // The engine answers a prune with ids alone: what they were must be known before they are gone.
    const { usage } = await system.diskUsage(cli.engine, ["build-cache"]);
    const keepStorage = flags["reserved-space"] || flags["max-used-space"];
    const answer = await system.pruneBuildCache(cli.engine, {
      all: flags.all,
      filters: flags.filter,
      ...(keepStorage === 0 ? {} : { keepStorage }),
    });
    const known = new Map((usage.BuildCache ?? []).map((record) => [record.ID, record]));
    const rows = (answer.CachesDeleted ?? []).map((ID) => known.get(ID) ?? { ID });
    const now = cli.invocation.now();
    await cli.out(
      flags.verbose
        ? render(buildCacheFormat(now, false), buildCachePretty, buildCacheTable, rows)
        : prunedRows(rows, now),
    );
    await cli.out(`Total:\t${humanSize(answer.SpaceReclaimed ?? 0)}\n`);
    return 0;
  },
});
