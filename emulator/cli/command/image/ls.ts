import * as images from "../../../client/image.ts";
import { bool } from "../../flag/scalar.ts";
import { filter } from "../../flag/list.ts";
import { withTraits } from "../../flag/flag.ts";
import { tableFormat } from "../../flag/format.ts";
import { atMost } from "../../arguments.ts";
import { command } from "../../command.ts";
import { render } from "../../formatter/format.ts";
import { imageDigestTable, imageFormat, imageRows, imageTable } from "../../formatter/image.ts";

export const ls = command({
  use: "ls [OPTIONS] [REPOSITORY[:TAG]]",
  short: "List images",
  aliases: ["docker image ls", "docker image list", "docker images"],
  args: atMost(1),
  flags: {
    all: bool("a", "Show all images (default hides intermediate images)"),
    digests: bool("", "Show digests"),
    filter: filter("f", "Filter output based on conditions provided"),
    format: tableFormat(),
    "no-trunc": bool("", "Don't truncate output"),
    quiet: bool("q", "Only show image IDs"),
    tree: withTraits(bool("", "List multi-platform images as a tree (EXPERIMENTAL)"), {
      hidden: true,
      apiVersion: "1.47",
    }),
  },
  async run({ cli, flags, args }) {
    const template = flags.format === "" ? "table" : flags.format;
    const [reference] = args;
    const filters =
      reference === undefined
        ? flags.filter
        : { ...flags.filter, reference: [...(flags.filter["reference"] ?? []), reference] };
    const found = await images.list(cli.engine, { all: flags.all, filters });
    const format = imageFormat({ truncate: !flags["no-trunc"], now: cli.invocation.now() });
    const quiet = flags.quiet && template === "table";
    const digests = flags.digests || /\.Digest\b/.test(template);
    const rows = imageRows(found, digests);
    await cli.out(render(format, quiet ? "{{.ID}}" : template, flags.digests ? imageDigestTable : imageTable, rows));
    return 0;
  },
});
