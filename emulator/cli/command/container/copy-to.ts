import * as archives from "../../../client/archive.ts";
import { type Cli, type Result } from "../../command.ts";
import { MODE_DIRECTORY, MODE_SYMLINK } from "../../../client/archive.ts";
import { EngineError } from "../../../client/error.ts";
import { humanSize } from "../../formatter/units.ts";
import { openError } from "../../opts/open-error.ts";
import { directoryName, resolvePath } from "../../opts/path.ts";
import { counted } from "../../tar/counted.ts";
import { hasMode, keepTrailing } from "./copy-from.ts";
import type { CopyOptions } from "./cp.ts";
import { planCopy, splitEntry } from "./copy-plan.ts";

/** `docker cp SRC|- CONTAINER:PATH` */
export async function copyToContainer(
  cli: Cli,
  source: string,
  container: string,
  path: string,
  options: CopyOptions,
): Promise<Result> {
  const { files, cwd } = cli.invocation;
  const local = source === "-" ? "-" : keepTrailing(resolvePath(cwd, source), source);
  const destination = await statDestination(cli, container, path);
  let directory = destination.path;
  let tar: ReadableStream<Uint8Array>;
  if (local === "-") {
    if (!destination.isDirectory) throw new Error(`destination "${container}:${path}" must be a directory`);
    tar = cli.invocation.stdin.open();
  } else {
    const stat = await files.stat(local).catch((error: unknown) => {
      throw openError(error, local, "lstat");
    });
    if (stat === undefined) throw new Error(`lstat ${local}: no such file or directory`);
    if (local.endsWith("/") && stat.kind !== "directory") throw new Error("not a directory");
    const plan = planCopy({ path: local, exists: true, isDirectory: stat.kind === "directory" }, destination);
    directory = plan.directory;
    const name = plan.rename?.to ?? splitEntry(local).base;
    tar = files.pack(local, { followLink: options.followLink, rename: name === "/" ? "." : name });
  }
  const size = { bytes: 0 };
  await archives.copyTo(cli.engine, container, directory, counted(tar, size), { copyUidGid: options.archive });
  if (!options.quiet)
    await cli.err(`Successfully copied ${humanSize(size.bytes, 3)} to ${container}:${destination.path}\n`);
  return 0;
}

/** What is at the path; a link counts as what it leads to, and what is not there may come to be. */
async function statDestination(
  cli: Cli,
  container: string,
  path: string,
): Promise<{ readonly path: string; readonly exists: boolean; readonly isDirectory: boolean }> {
  const missing = (error: unknown): undefined => {
    if (!(error instanceof EngineError)) throw error;
    return undefined;
  };
  const stat = await archives.statPath(cli.engine, container, path).catch(missing);
  if (stat === undefined || !hasMode(stat.mode, MODE_SYMLINK))
    return { path, exists: stat !== undefined, isDirectory: stat !== undefined && hasMode(stat.mode, MODE_DIRECTORY) };
  const target = resolvePath(directoryName(path), stat.linkTarget);
  const behind = await archives.statPath(cli.engine, container, target).catch(missing);
  return {
    path: target,
    exists: behind !== undefined,
    isDirectory: behind !== undefined && hasMode(behind.mode, MODE_DIRECTORY),
  };
}
