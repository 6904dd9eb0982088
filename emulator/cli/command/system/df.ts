import * as system from "../../../client/system.ts";
import { bool } from "../../flag/scalar.ts";
import { tableFormat } from "../../flag/format.ts";
import { noArguments } from "../../arguments.ts";
import { command } from "../../command.ts";
import { diskUsageFormat, diskUsageRows, diskUsageTable } from "../../formatter/disk-usage.ts";
import { verboseDiskUsage } from "../../formatter/disk-usage-verbose.ts";
import { render } from "../../formatter/format.ts";

export const df = command({
  use: "df [OPTIONS]",
  short: "Show docker disk usage",
  args: noArguments,
  flags: {
    format: tableFormat(),
    verbose: bool("v", "Show detailed information on space usage"),
  },
  async run({ cli, flags }) {
    const template = flags.format === "" ? "table" : flags.format;
    const { usage } = await system.diskUsage(cli.engine);
    if (flags.verbose) await cli.out(verboseDiskUsage(usage, cli.invocation.now(), template));
    else await cli.out(render(diskUsageFormat, template, diskUsageTable, diskUsageRows(usage)));
    return 0;
  },
});
