import { canonicalString, parseReference, withDefaultTag, type Reference } from "../../image/reference.ts";
import { sha256 } from "../../image/digest.ts";
import type { Daemon } from "../daemon/daemon.ts";
import { messageOf, NotFound } from "../errors.ts";
import type { ImageRecord } from "../records.ts";
import type { Progress } from "./progress.ts";

/**
 * The image that FROM or `--from` names: the one that is here, or (`pull`) the registry's. Progress shows what was looked
 * up. Throws NotFound as BuildKit words it.
 */
export async function sourceImage(
  daemon: Daemon,
  name: string,
  options: { readonly pull: boolean; readonly progress: Progress; readonly signal: AbortSignal },
): Promise<ImageRecord> {
  const { progress, signal } = options;
  const reference = withDefaultTag(parse(name));
  const canonical = canonicalString(reference);
  const vertex = { digest: await sha256(new TextEncoder().encode(`metadata ${canonical}`)) };
  const running = progress.begin({ ...vertex, name: `[internal] load metadata for ${canonical}` });
  try {
    const there = options.pull ? undefined : local(daemon, name);
    const image = there ?? (await pull(daemon, reference, signal, (line) => running.status(line)));
    running.end();
    return image;
  } catch (error) {
    const message = messageOf(error);
    running.end({ error: message });
    throw new NotFound(`${name}: failed to resolve source metadata for ${canonical}: ${message}`, { cause: error });
  }
}

function parse(name: string): Reference {
  try {
    return parseReference(name);
  } catch (error) {
    throw new NotFound(`failed to parse stage name ${JSON.stringify(name)}: ${messageOf(error)}`);
  }
}

function local(daemon: Daemon, name: string): ImageRecord | undefined {
  try {
    return daemon.images.resolve(name);
  } catch (error) {
    if (error instanceof NotFound) return undefined;
    throw error;
  }
}

async function pull(
  daemon: Daemon,
  reference: Reference,
  signal: AbortSignal,
  tell: (line: string) => void,
): Promise<ImageRecord> {
  const work = await daemon.images.pull({ reference, platform: undefined, signal });
  await work((message) => {
    if (message.id !== undefined && message.status === "Pull complete") tell(`pulled ${message.id}`);
  });
  return daemon.images.resolve(canonicalString(reference));
}
