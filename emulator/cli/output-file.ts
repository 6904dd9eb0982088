import type { Cli } from "./command.ts";
import { openError } from "./opts/open-error.ts";
import { directoryName } from "./opts/path.ts";

/** Refuses a file whose folder is not there, before the engine is asked for anything. */
export async function checkOutputFile(cli: Cli, path: string, prefix: string): Promise<void> {
  if (path === "") return;
  const directory = directoryName(path);
  if ((await cli.invocation.files.stat(directory)) === undefined)
    throw new Error(`${prefix}invalid output path: stat ${directory}: no such file or directory`);
  if ((await cli.invocation.files.stat(path))?.kind === "directory")
    throw new Error(`${prefix}invalid output path: "${path}" must be a regular file`);
}

/** To the file, or to standard output when the path is empty. */
export async function writeStream(cli: Cli, path: string, bytes: ReadableStream<Uint8Array>): Promise<void> {
  if (path === "") {
    for await (const chunk of bytes) await cli.out(chunk);
    return;
  }
  await cli.invocation.files.write(path, bytes).catch((error: unknown) => {
    throw openError(error, path);
  });
}
