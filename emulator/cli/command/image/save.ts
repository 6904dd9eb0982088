import * as images from "../../../client/image.ts";
import { string } from "../../flag/scalar.ts";
import { withTraits } from "../../flag/flag.ts";
import { atLeast } from "../../arguments.ts";
import { command } from "../../command.ts";
import { checkOutputFile, writeStream } from "../../output-file.ts";

export const save = command({
  use: "save [OPTIONS] IMAGE [IMAGE...]",
  short: "Save one or more images to a tar archive (streamed to STDOUT by default)",
  aliases: ["docker image save", "docker save"],
  args: atLeast(1),
  flags: {
    output: string("o", "Write to a file, instead of STDOUT"),
    platform: withTraits(
      string("", 'Save only the given platform variant. Formatted as "os[/arch[/variant]]" (e.g., "linux/amd64")'),
      { hidden: true, apiVersion: "1.48" },
    ),
  },
  async run({ cli, flags, args }) {
    if (flags.output === "" && cli.invocation.stdout.isTerminal)
      throw new Error("cowardly refusing to save to a terminal. Use the -o flag or redirect");
    await checkOutputFile(cli, flags.output, "failed to save image: ");
    await writeStream(cli, flags.output, await images.save(cli.engine, args));
    return 0;
  },
});
