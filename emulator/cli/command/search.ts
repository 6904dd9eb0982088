import * as images from "../../client/image.ts";
import { bool, string, int } from "../flag/scalar.ts";
import { filter } from "../flag/list.ts";
import { exactly } from "../arguments.ts";
import { command } from "../command.ts";
import { render } from "../formatter/format.ts";
import { searchFormat, searchTable } from "../formatter/search.ts";

export const search = command({
  use: "search [OPTIONS] TERM",
  short: "Search Docker Hub for images",
  args: exactly(1),
  flags: {
    filter: filter("f", "Filter output based on conditions provided"),
    format: string("", "Pretty-print search using a Go template"),
    limit: int("", "Max number of search results"),
    "no-trunc": bool("", "Don't truncate output"),
  },
  async run({ cli, flags, args }) {
    const [term = ""] = args;
    const template = flags.format === "" ? "table" : flags.format;
    const limit = flags.limit === 0 ? {} : { limit: flags.limit };
    const found = await images.search(cli.engine, { term, ...limit, filters: flags.filter });
    const format = searchFormat({ truncate: !flags["no-trunc"], json: template === "json" });
    await cli.out(render(format, template, searchTable, found));
    return 0;
  },
});
