import * as containers from "../../../client/container.ts";
import { string } from "../../flag/scalar.ts";
import { exactly } from "../../arguments.ts";
import { command } from "../../command.ts";
import { checkOutputFile, writeStream } from "../../output-file.ts";

export const exportCommand = command({
  use: "export [OPTIONS] CONTAINER",
  short: "Export a container's filesystem as a tar archive",
  aliases: ["docker container export", "docker export"],
  args: exactly(1),
  flags: {
    output: string("o", "Write to a file, instead of STDOUT"),
  },
  async run({ cli, flags, args }) {
    const [name = ""] = args;
    if (flags.output === "" && cli.invocation.stdout.isTerminal)
      throw new Error("cowardly refusing to save to a terminal. Use the -o flag or redirect");
    await checkOutputFile(cli, flags.output, "failed to export container: ");
    await writeStream(cli, flags.output, await containers.exportTar(cli.engine, name));
    return 0;
  },
});
