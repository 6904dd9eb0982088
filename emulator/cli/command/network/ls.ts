import * as networks from "../../../client/network.ts";
import { bool } from "../../flag/scalar.ts";
import { filter } from "../../flag/list.ts";
import { tableFormat } from "../../flag/format.ts";
import { noArguments } from "../../arguments.ts";
import { command } from "../../command.ts";
import { render } from "../../formatter/format.ts";
import { naturalOrder } from "../../formatter/natural.ts";
import { networkFormat, networkTable } from "../../formatter/network.ts";

export const ls = command({
  use: "ls [OPTIONS]",
  short: "List networks",
  aliases: ["docker network ls", "docker network list"],
  args: noArguments,
  flags: {
    filter: filter("f", 'Provide filter values (e.g. "driver=bridge")'),
    format: tableFormat(),
    "no-trunc": bool("", "Do not truncate the output"),
    quiet: bool("q", "Only display network IDs"),
  },
  async run({ cli, flags }) {
    const template = flags.format === "" ? "table" : flags.format;
    const quiet = flags.quiet && template === "table";
    const found = await networks.list(cli.engine, flags.filter);
    found.sort((a, b) => naturalOrder(a.Name ?? "", b.Name ?? ""));
    await cli.out(render(networkFormat(!flags["no-trunc"]), quiet ? "{{.ID}}" : template, networkTable, found));
    return 0;
  },
});
