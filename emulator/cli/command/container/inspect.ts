import * as containers from "../../../client/container.ts";
import { bool } from "../../flag/scalar.ts";
import { inspectFormat } from "../../flag/format.ts";
import { atLeast } from "../../arguments.ts";
import { command } from "../../command.ts";
import { containerType } from "../../gotype/container.ts";
import { inspectObjects } from "../../inspect.ts";

export const inspect = command({
  use: "inspect [OPTIONS] CONTAINER [CONTAINER...]",
  short: "Display detailed information on one or more containers",
  args: atLeast(1),
  flags: {
    format: inspectFormat("f"),
    size: bool("s", "Display total file sizes"),
  },
  run: ({ cli, flags, args }) =>
    inspectObjects(cli, args, flags.format, async (name) => ({
      ...(await containers.inspect(cli.engine, name, { size: flags.size })),
      type: containerType,
    })),
});
