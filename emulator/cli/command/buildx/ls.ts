import { bool, duration, string } from "../../flag/scalar.ts";
import { exactly } from "../../arguments.ts";
import { command } from "../../command.ts";
import { render, type Format } from "../../formatter/format.ts";
import { BUILDKIT_VERSION, loadBuilder } from "./builder.ts";

interface Row {
  readonly name: string;
  readonly endpoint: string;
  readonly status: string;
  readonly version: string;
  readonly platforms: string;
}

const table = "{{.Name}}\t{{.DriverEndpoint}}\t{{.Status}}\t{{.Buildkit}}\t{{.Platforms}}";

const format: Format<Row> = {
  type: "*commands.lsContext",
  columns: {
    Name: { header: "NAME/NODE", value: ({ name }) => name },
    DriverEndpoint: { header: "DRIVER/ENDPOINT", value: ({ endpoint }) => endpoint },
    LastActivity: { header: "LAST ACTIVITY", value: () => "" },
    Status: { header: "STATUS", value: ({ status }) => status },
    Buildkit: { header: "BUILDKIT", value: ({ version }) => version },
    Platforms: { header: "PLATFORMS", value: ({ platforms }) => platforms },
  },
};

export const ls = command({
  use: "ls",
  short: "List builder instances",
  args: exactly(0),
  traits: { plugin: true },
  flags: {
    debug: bool("D", "Enable debug logging"),
    format: string("", "Format the output", "table"),
    "no-trunc": bool("", "Don't truncate output"),
    timeout: duration("", "Override the default timeout for loading builder status", "20s"),
  },
  async run({ cli, flags }) {
    const { platforms } = await loadBuilder(cli);
    const isTable = flags.format.startsWith("table");
    const rows: Row[] = [
      { name: isTable ? "default*" : "default", endpoint: "docker", status: "", version: "", platforms: "" },
      {
        name: isTable ? " \\_ default" : "default",
        endpoint: isTable ? " \\_ default" : "default",
        status: "running",
        version: BUILDKIT_VERSION,
        platforms: platforms.join(", "),
      },
    ];
    await cli.out(render(format, flags.format, table, rows));
    return 0;
  },
});
