import * as system from "../../../client/system.ts";
import { bool, duration, string } from "../../flag/scalar.ts";
import { filter } from "../../flag/list.ts";
import { noArguments } from "../../arguments.ts";
import { command } from "../../command.ts";
import { buildCacheFormat, buildCachePretty, buildCacheTable, summary } from "../../formatter/build-cache.ts";
import { render } from "../../formatter/format.ts";
import { builderFlags } from "./builder-flags.ts";
import { matching } from "./cache-filter.ts";

export const du = command({
  use: "du",
  short: "Disk usage",
  args: noArguments,
  traits: { plugin: true },
  flags: {
    ...builderFlags,
    filter: filter("", "Provide filter values"),
    format: string("", "Format the output"),
    timeout: duration("", "Override the default timeout for loading builder status", "20s"),
    verbose: bool("", 'Shorthand for "--format=pretty"'),
  },
  async run({ cli, flags }) {
    if (flags.format !== "" && flags.verbose) throw new Error("--format and --verbose cannot be used together");
    const now = cli.invocation.now();
    const isPretty = flags.verbose || flags.format === "pretty";
    const isTable = !isPretty && (flags.format === "" || flags.format.startsWith("table"));
    const template = isPretty ? buildCachePretty : flags.format === "" ? "table" : flags.format;
    const { usage } = await system.diskUsage(cli.engine, ["build-cache"]);
    const rows = matching(usage.BuildCache ?? [], flags.filter, now);
    await cli.out(render(buildCacheFormat(now, isTable), template, buildCacheTable, rows));
    const isOwn = isPretty || flags.format === "" || flags.format === "table";
    if (isOwn && Object.keys(flags.filter).length === 0) await cli.out(summary(rows));
    return 0;
  },
});
