import * as builds from "../../client/build.ts";
import type { BuildOutput } from "../../client/build.ts";
import type { Cli } from "../command.ts";
import { parseCsv } from "../flag/list.ts";
import { openError } from "../opts/open-error.ts";
import { directoryName, resolvePath } from "../opts/path.ts";
import { rebaseTar } from "../tar/rebase.ts";

/** One `--output`. */
export interface Output {
  readonly type: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Folder or file; `-` is standard output; undefined where the engine keeps the result. */
  readonly destination: string | undefined;
}

/** `type=local,dest=path`, a bare path (local), or `-` (a tar on standard output). Throws with buildx's words. */
export function parseOutput(text: string): Output {
  const fields = parseCsv(text);
  if (fields.length === 1 && fields[0] === text && !text.startsWith("type="))
    return text === "-"
      ? { type: "tar", attributes: {}, destination: "-" }
      : { type: "local", attributes: {}, destination: text };
  let type = "";
  let destination: string | undefined;
  const attributes: Record<string, string> = {};
  for (const field of fields) {
    const at = field.indexOf("=");
    if (at === -1) throw new Error(`invalid value ${field}`);
    const key = field.slice(0, at).toLowerCase().trim();
    const value = field.slice(at + 1);
    if (key === "type") type = value;
    else if (key === "dest") destination = value;
    else attributes[key] = value;
  }
  if (type === "") throw new Error("type is required for output");
  return { type, attributes, destination };
}

const kinds = new Set(["local", "tar", "oci", "docker", "image", "registry", "cacheonly"]);

/** Whether the result can go there, and the destination in full. */
export async function checkOutput(cli: Cli, output: Output): Promise<Output> {
  const { type, attributes } = output;
  if (!kinds.has(type)) throw new Error(`exporter ${JSON.stringify(type)} could not be found`);
  if (type === "registry" || attributes["push"] === "true")
    throw new Error("there is no registry here to push to: leave out --push, and the image is kept by the engine");
  const { files } = cli.invocation;
  if (type === "local") {
    if (output.destination === undefined || output.destination === "")
      throw new Error("dest is required for local exporter");
    if (output.destination === "-") throw new Error("dest cannot be stdout for local exporter");
    if ((await files.stat(output.destination))?.kind === "file")
      throw new Error(`destination directory ${output.destination} is a file`);
    return output;
  }
  const destination = type === "tar" || type === "oci" ? (output.destination ?? "-") : output.destination;
  if (destination === undefined) return output;
  if (destination === "-") {
    if (cli.invocation.stdout.isTerminal)
      throw new Error(`dest file is required for ${type} exporter. refusing to write to console`);
  } else if ((await files.stat(destination))?.kind === "directory")
    throw new Error(`destination file ${destination} is a directory`);
  return { ...output, destination };
}

/** Whether its result comes to the client as a tar. */
export function isSent({ destination }: Output): boolean {
  return destination !== undefined;
}

export function asRequested({ type, attributes }: Output): BuildOutput {
  return { type, attrs: attributes };
}

/** Fetches the tar of an output and puts it where it was asked for. */
export async function receive(cli: Cli, output: Output, token: string): Promise<void> {
  const tar = await builds.output(cli.engine, token);
  const { destination = "-" } = output;
  if (destination === "-") {
    for await (const chunk of tar) await cli.out(chunk);
    return;
  }
  const path = resolvePath(cli.invocation.cwd, destination);
  const { files } = cli.invocation;
  if (output.type !== "local") {
    await files.write(path, tar).catch((error: unknown) => {
      throw openError(error, destination);
    });
    return;
  }
  // A folder that is not there yet comes to be below the nearest one that is.
  let folder = path;
  while (folder !== "/" && (await files.stat(folder)) === undefined) folder = directoryName(folder);
  const below = folder === path ? "" : `${path.slice(folder === "/" ? 1 : folder.length + 1)}/`;
  await files.unpack(folder, below === "" ? tar : rebaseTar(tar, "", below));
}
