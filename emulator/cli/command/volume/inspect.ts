import * as volumes from "../../../client/volume.ts";
import { inspectFormat } from "../../flag/format.ts";
import { atLeast } from "../../arguments.ts";
import { command } from "../../command.ts";
import { volumeType } from "../../gotype/volume.ts";
import { inspectObjects } from "../../inspect.ts";

export const inspect = command({
  use: "inspect [OPTIONS] VOLUME [VOLUME...]",
  short: "Display detailed information on one or more volumes",
  args: atLeast(1),
  flags: {
    format: inspectFormat("f"),
  },
  run: ({ cli, flags, args }) =>
    inspectObjects(cli, args, flags.format, async (name) => ({
      ...(await volumes.inspect(cli.engine, name)),
      type: volumeType,
    })),
});
