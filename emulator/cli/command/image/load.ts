import * as images from "../../../client/image.ts";
import { bool, string } from "../../flag/scalar.ts";
import { withTraits } from "../../flag/flag.ts";
import { noArguments } from "../../arguments.ts";
import { command, type Cli } from "../../command.ts";
import { openError } from "../../opts/open-error.ts";
import { displayMessages, progressOn } from "../../progress.ts";

export const load = command({
  use: "load [OPTIONS]",
  short: "Load an image from a tar archive or STDIN",
  aliases: ["docker image load", "docker load"],
  args: noArguments,
  flags: {
    input: string("i", "Read from tar archive file, instead of STDIN"),
    platform: withTraits(
      string("", 'Load only the given platform variant. Formatted as "os[/arch[/variant]]" (e.g., "linux/amd64")'),
      { hidden: true, apiVersion: "1.48" },
    ),
    quiet: bool("q", "Suppress the load output"),
  },
  async run({ cli, flags }) {
    const tar = flags.input === "" ? standardInput(cli) : await fileStream(cli, flags.input);
    const quiet = flags.quiet || !cli.invocation.stdout.isTerminal;
    const messages = await images.load(cli.engine, tar, { quiet });
    await displayMessages(messages, progressOn(cli, "out"));
    return 0;
  },
});

function standardInput(cli: Cli): ReadableStream<Uint8Array> {
  if (cli.invocation.stdin.isTerminal) throw new Error("requested load from stdin, but stdin is empty");
  return cli.invocation.stdin.open();
}

/** A file's bytes; what is not there fails before the engine is asked. */
export async function fileStream(cli: Cli, path: string): Promise<ReadableStream<Uint8Array>> {
  const bytes = await cli.invocation.files.read(path).catch((error: unknown) => {
    throw openError(error, path);
  });
  return new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  });
}
