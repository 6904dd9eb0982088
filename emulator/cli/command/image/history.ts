import * as images from "../../../client/image.ts";
import { bool, string } from "../../flag/scalar.ts";
import { withTraits } from "../../flag/flag.ts";
import { tableFormat } from "../../flag/format.ts";
import { exactly } from "../../arguments.ts";
import { command } from "../../command.ts";
import { render } from "../../formatter/format.ts";
import { historyFormat, historyTable } from "../../formatter/history.ts";

export const history = command({
  use: "history [OPTIONS] IMAGE",
  short: "Show the history of an image",
  aliases: ["docker image history", "docker history"],
  args: exactly(1),
  flags: {
    format: tableFormat(),
    human: bool("H", "Print sizes and dates in human readable format", true),
    "no-trunc": bool("", "Don't truncate output"),
    platform: withTraits(
      string("", 'Show history for the given platform. Formatted as "os[/arch[/variant]]" (e.g., "linux/amd64")'),
      { hidden: true, apiVersion: "1.48" },
    ),
    quiet: bool("q", "Only show image IDs"),
  },
  async run({ cli, flags, args }) {
    const [name = ""] = args;
    const template = flags.format === "" ? "table" : flags.format;
    const quiet = flags.quiet && template === "table";
    const format = historyFormat({ truncate: !flags["no-trunc"], human: flags.human, now: cli.invocation.now() });
    const found = await images.history(cli.engine, name);
    await cli.out(render(format, quiet ? "{{.ID}}" : template, historyTable, found));
    return 0;
  },
});
