import * as networks from "../../../client/network.ts";
import { bool } from "../../flag/scalar.ts";
import { inspectFormat } from "../../flag/format.ts";
import { atLeast } from "../../arguments.ts";
import { command } from "../../command.ts";
import { networkType } from "../../gotype/network.ts";
import { inspectObjects } from "../../inspect.ts";

export const inspect = command({
  use: "inspect [OPTIONS] NETWORK [NETWORK...]",
  short: "Display detailed information on one or more networks",
  args: atLeast(1),
  flags: {
    format: inspectFormat("f"),
    verbose: bool("v", "Verbose output for diagnostics"),
  },
  run: ({ cli, flags, args }) =>
    inspectObjects(cli, args, flags.format, async (name) => ({
      ...(await networks.inspect(cli.engine, name, { verbose: flags.verbose })),
      type: networkType,
    })),
});
