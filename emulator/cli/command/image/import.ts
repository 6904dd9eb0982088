import * as images from "../../../client/image.ts";
import { string } from "../../flag/scalar.ts";
import { list } from "../../flag/list.ts";
import { atLeast } from "../../arguments.ts";
import { command, type Cli } from "../../command.ts";
import { displayMessages, progressOn } from "../../progress.ts";
import { familiarString, parseReference } from "../../reference.ts";
import { fileStream } from "./load.ts";

export const importCommand = command({
  use: "import [OPTIONS] file|URL|- [REPOSITORY[:TAG]]",
  short: "Import the contents from a tarball to create a filesystem image",
  aliases: ["docker image import", "docker import"],
  args: atLeast(1),
  flags: {
    change: list("c", "Apply Dockerfile instruction to the created image"),
    message: string("m", "Set commit message for imported image"),
    platform: string("", "Set platform if server is multi-platform capable"),
  },
  async run({ cli, flags, args }) {
    const [source = "", name] = args;
    const reference = name === undefined ? undefined : parseReference(name);
    const messages = await images.importTar(cli.engine, {
      source: await open(cli, source),
      repo: reference === undefined ? undefined : familiarString(reference),
      ...(flags.message === "" ? {} : { message: flags.message }),
      changes: flags.change,
      ...(flags.platform === "" ? {} : { platform: flags.platform }),
    });
    await displayMessages(messages, progressOn(cli, "out"));
    return 0;
  },
});

/** `-` is standard input, a URL is for the engine to fetch, anything else a file. */
function open(cli: Cli, source: string): Promise<ReadableStream<Uint8Array>> | ReadableStream<Uint8Array> | string {
  if (source === "-") return cli.invocation.stdin.open();
  if (/^https?:\/\//.test(source)) return source;
  return fileStream(cli, source);
}
