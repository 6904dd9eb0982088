import { bool } from "../../flag/scalar.ts";
import { tableFormat } from "../../flag/format.ts";
import { noArguments } from "../../arguments.ts";
import { command } from "../../command.ts";
import { render, type Format } from "../../formatter/format.ts";
import { defaultContext } from "./default-context.ts";

const format: Format<typeof defaultContext> = {
  type: "*formatter.clientContextContext",
  columns: {
    Current: { header: "CURRENT", value: () => true },
    Name: { header: "NAME", value: ({ Name }) => Name },
    Description: { header: "DESCRIPTION", value: () => "Current DOCKER_HOST based configuration" },
    DockerEndpoint: { header: "DOCKER ENDPOINT", value: ({ Endpoints }) => Endpoints.docker.Host },
    Error: { header: "ERROR", value: () => "" },
  },
};

const table = "{{.Name}}{{if .Current}} *{{end}}\t{{.Description}}\t{{.DockerEndpoint}}\t{{.Error}}";

export const ls = command({
  use: "ls [OPTIONS]",
  short: "List contexts",
  aliases: ["docker context ls", "docker context list"],
  args: noArguments,
  flags: {
    format: tableFormat(),
    quiet: bool("q", "Only show context names"),
  },
  async run({ cli, flags }) {
    const template = flags.format === "" ? "table" : flags.format;
    const quiet = flags.quiet && template === "table";
    const text = render(format, quiet ? "{{.Name}}" : template, table, [defaultContext]);
    // The header is the template run over the columns' names, whose mark of the current one is true as well.
    await cli.out(template === "table" && !quiet ? text.replace(/^NAME \*/, "NAME  ") : text);
    return 0;
  },
});
