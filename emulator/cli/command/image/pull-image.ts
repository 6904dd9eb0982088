import * as images from "../../../client/image.ts";
import { type Cli } from "../../command.ts";
import { HintedError } from "../../error-text.ts";
import { displayMessages } from "../../progress.ts";
import { familiarName, parseReference, withDefaultTag, type Reference } from "../../reference.ts";
import { nearestImage } from "./nearest.ts";

export interface PullOptions {
  readonly name: string;
  readonly platform: string;
  readonly quiet: boolean;
  /** Where progress goes. */
  readonly to: "out" | "err";
}

/** Pulls one tag or digest; where Docker's own library has the image and this registry has not, says what is near. */
export async function pullImage(cli: Cli, options: PullOptions): Promise<void> {
  const reference = withDefaultTag(parseReference(options.name));
  try {
    await pull(cli, reference, options);
  } catch (error) {
    const hint = await nearestImage(cli, reference);
    if (hint === undefined) throw error;
    throw new HintedError(error, hint);
  }
}

async function pull(cli: Cli, reference: Reference, options: PullOptions): Promise<void> {
  const version = reference.digest ?? reference.tag ?? "";
  const messages = await images.pull(cli.engine, {
    image: familiarName(reference),
    tag: version,
    ...(options.platform === "" ? {} : { platform: options.platform }),
  });
  const stream = cli.invocation[options.to === "out" ? "stdout" : "stderr"];
  const quiet = options.quiet;
  await displayMessages(messages, {
    isTerminal: stream.isTerminal && !quiet,
    columns: cli.invocation.terminal?.columns ?? 80,
    write: quiet ? () => Promise.resolve() : (text) => stream.write(text),
  });
}
