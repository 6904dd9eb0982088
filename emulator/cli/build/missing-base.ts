import { nearestImage } from "../command/image/nearest.ts";
import type { Cli } from "../command.ts";
import { parseReference } from "../reference.ts";

/** After the error of a build whose base image is not here: what is; undefined for any other failure. */
export async function missingBaseHint(cli: Cli, message: string): Promise<string | undefined> {
  const name = /failed to resolve source metadata for ([^\s:]+(?::\d+\/[^\s:]+)?)/.exec(message)?.[1];
  if (name === undefined) return undefined;
  return nearestImage(cli, parseReference(name), (near) => `FROM ${near}`);
}
