import * as images from "../../../client/image.ts";
import { type Cli } from "../../command.ts";
import { HintedError } from "../../error-text.ts";
import { displayMessages, progressOn } from "../../progress.ts";
import { familiarName, parseReference, withDefaultTag, type Reference } from "../../reference.ts";
import { nearestImage } from "./nearest.ts";

export interface PullOptions {
  readonly name: string;
  readonly platform: string;
  readonly quiet: boolean;
  /** Every tag of the repository. */
  readonly allTags?: boolean;
  /** Where progress goes. */
  readonly to: "out" | "err";
}

/** Pulls one tag or digest; where Docker's own library has the image and this registry has not, says what is near. */
export async function pullImage(cli: Cli, options: PullOptions): Promise<void> {
  const given = parseReference(options.name);
  const reference = options.allTags === true ? given : withDefaultTag(given);
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
    ...(version === "" ? {} : { tag: version }),
    ...(options.platform === "" ? {} : { platform: options.platform }),
  });
  const output = progressOn(cli, options.to);
  const quiet = { ...output, isTerminal: false, write: () => Promise.resolve() };
  await displayMessages(messages, options.quiet ? quiet : output);
}
