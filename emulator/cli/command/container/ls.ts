import * as containers from "../../../client/container.ts";
import { bool, int } from "../../flag/scalar.ts";
import { filter } from "../../flag/list.ts";
import { tableFormat } from "../../flag/format.ts";
import { noArguments } from "../../arguments.ts";
import { command } from "../../command.ts";
import { Template, TemplateExecError, TemplateSyntaxError } from "../../template.ts";
import { containerFormat, containerTable } from "../../formatter/container.ts";
import { render, rowValue } from "../../formatter/format.ts";

export const ls = command({
  use: "ls [OPTIONS]",
  short: "List containers",
  aliases: ["docker container ls", "docker container list", "docker container ps", "docker ps"],
  args: noArguments,
  flags: {
    all: bool("a", "Show all containers (default shows just running)"),
    filter: filter("f", "Filter output based on conditions provided"),
    format: tableFormat(),
    last: int("n", "Show n last created containers (includes all states)", -1),
    latest: bool("l", "Show the latest created container (includes all states)"),
    "no-trunc": bool("", "Don't truncate output"),
    quiet: bool("q", "Only display container IDs"),
    size: bool("s", "Display total file sizes"),
  },
  async run({ cli, flags }) {
    const template = flags.format === "" ? "table" : flags.format;
    const limit = flags.latest && flags.last === -1 ? 1 : flags.last;
    checkTemplate(template, flags["no-trunc"]);
    const found = await containers.list(cli.engine, {
      all: flags.all,
      limit,
      size: flags.size || /\.Size\b/.test(template),
      filters: flags.filter,
    });
    const format = containerFormat({ truncate: !flags["no-trunc"], now: cli.invocation.now() });
    if (flags.quiet && flags.format !== "")
      await cli.err("WARNING: Ignoring custom format, because both --format and --quiet are set.\n");
    const table = containerTable + (flags.size ? "\t{{.Size}}" : "");
    await cli.out(render(format, flags.quiet ? "{{.ID}}" : template, table, found));
    return 0;
  },
});

/** The whole format is tried on an empty container first: its fields decide what the engine is asked for. */
function checkTemplate(format: string, noTrunc: boolean): void {
  if (format === "table" || format === "json" || format === "raw") return;
  try {
    new Template(format).execute(rowValue(containerFormat({ truncate: !noTrunc, now: 0 }), {}));
  } catch (error) {
    if (error instanceof TemplateSyntaxError)
      throw new Error(`failed to parse template: ${error.message}`, { cause: error });
    if (error instanceof TemplateExecError)
      throw new Error(`failed to execute template: ${error.message}`, { cause: error });
    throw error;
  }
}
