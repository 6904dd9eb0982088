import * as images from "../../../client/image.ts";
import { string } from "../../flag/scalar.ts";
import { withTraits } from "../../flag/flag.ts";
import { inspectFormat } from "../../flag/format.ts";
import { atLeast } from "../../arguments.ts";
import { command } from "../../command.ts";
import { imageType } from "../../gotype/image.ts";
import { inspectObjects } from "../../inspect.ts";

export const inspect = command({
  use: "inspect [OPTIONS] IMAGE [IMAGE...]",
  short: "Display detailed information on one or more images",
  args: atLeast(1),
  flags: {
    format: inspectFormat("f"),
    platform: withTraits(
      string(
        "",
        "Inspect a specific platform of the multi-platform image.\nIf the image or the server is not multi-platform capable, the command will error out if the platform does not match.\n'os[/arch[/variant]]': Explicit platform (eg. linux/amd64)",
      ),
      { hidden: true, apiVersion: "1.49" },
    ),
  },
  run: ({ cli, flags, args }) =>
    inspectObjects(cli, args, flags.format, async (name) => ({
      ...(await images.inspect(cli.engine, name)),
      type: imageType,
    })),
});
