import * as volumes from "../../../client/volume.ts";
import { bool } from "../../flag/scalar.ts";
import { filter } from "../../flag/list.ts";
import { withTraits } from "../../flag/flag.ts";
import { tableFormat } from "../../flag/format.ts";
import { noArguments } from "../../arguments.ts";
import { command } from "../../command.ts";
import { render } from "../../formatter/format.ts";
import { naturalOrder } from "../../formatter/natural.ts";
import { volumeFormat, volumeTable } from "../../formatter/volume.ts";

export const ls = command({
  use: "ls [OPTIONS]",
  short: "List volumes",
  aliases: ["docker volume ls", "docker volume list"],
  args: noArguments,
  flags: {
    cluster: withTraits(bool("", "Display only cluster volumes, and use cluster volume list formatting"), {
      hidden: true,
      swarm: true,
    }),
    filter: filter("f", 'Provide filter values (e.g. "dangling=true")'),
    format: tableFormat(),
    quiet: bool("q", "Only display volume names"),
  },
  async run({ cli, flags }) {
    const template = flags.format === "" ? "table" : flags.format;
    const quiet = flags.quiet && template === "table";
    const { volumes: found } = await volumes.list(cli.engine, flags.filter);
    found.sort((a, b) => naturalOrder(a.Name, b.Name));
    await cli.out(render(volumeFormat, quiet ? "{{.Name}}" : template, volumeTable, found));
    return 0;
  },
});
