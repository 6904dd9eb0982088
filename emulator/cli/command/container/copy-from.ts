import * as archives from "../../../client/archive.ts";
import { type Cli, type Result } from "../../command.ts";
import { MODE_DIRECTORY, MODE_SYMLINK } from "../../../client/archive.ts";
import { humanSize } from "../../formatter/units.ts";
import { baseName, cleanPath, directoryName, resolvePath } from "../../opts/path.ts";
import { counted } from "../../tar/counted.ts";
import { rebaseTar } from "../../tar/rebase.ts";
import type { CopyOptions } from "./cp.ts";
import { planCopy, splitEntry } from "./copy-plan.ts";

/** `docker cp CONTAINER:PATH DEST|-` */
export async function copyFromContainer(
  cli: Cli,
  container: string,
  path: string,
  destination: string,
  options: CopyOptions,
): Promise<Result> {
  const target = destination === "-" ? "-" : keepTrailing(resolvePath(cli.invocation.cwd, destination), destination);
  if (target !== "-") await checkDestination(cli, target);
  const link = options.followLink ? await followLink(cli, container, path) : undefined;
  const source = link?.path ?? path;
  const { tar, stat } = await archives.copyFrom(cli.engine, container, source);
  if (target === "-") {
    for await (const chunk of tar) await cli.out(chunk);
    return 0;
  }
  const size = { bytes: 0 };
  const measured = counted(tar, size);
  const named = link === undefined ? measured : rebaseTar(measured, splitEntry(source).base, link.name);
  const there = await cli.invocation.files.stat(target);
  const plan = planCopy(
    { path: source, exists: true, isDirectory: hasMode(stat.mode, MODE_DIRECTORY) },
    { path: target, exists: there !== undefined, isDirectory: there?.kind === "directory" },
    link?.name,
  );
  const archive = plan.rename === undefined ? named : rebaseTar(named, plan.rename.from, plan.rename.to);
  await cli.invocation.files.unpack(plan.directory, archive);
  if (!options.quiet) await cli.err(`Successfully copied ${humanSize(size.bytes, 3)} to ${target}\n`);
  return 0;
}

/** Bits of a 32-bit mode, as an unsigned number. */
export function hasMode(mode: number, bit: number): boolean {
  return Math.trunc(mode / bit) % 2 === 1;
}

/** `x/` and `x/.` say that x is a directory; cleaning must not lose that. */
export function keepTrailing(clean: string, original: string): string {
  if (/(?:^|\/)\.$/.test(original)) return `${clean === "/" ? "" : clean}/.`;
  return original.endsWith("/") && clean !== "/" ? `${clean}/` : clean;
}

async function checkDestination(cli: Cli, path: string): Promise<void> {
  const directory = directoryName(cleanPath(path));
  if ((await cli.invocation.files.stat(directory)) === undefined)
    throw new Error(`invalid output path: directory ${JSON.stringify(directory)} does not exist`);
  const there = await cli.invocation.files.stat(path);
  if (there?.kind === "other")
    throw new Error(`invalid output path: ${JSON.stringify(path)} must be a directory or a regular file`);
}

/** Where a link in the container leads, and the name what is there must get. */
async function followLink(
  cli: Cli,
  container: string,
  path: string,
): Promise<{ readonly path: string; readonly name: string } | undefined> {
  const stat = await archives.statPath(cli.engine, container, path).catch(() => undefined);
  if (stat === undefined || !hasMode(stat.mode, MODE_SYMLINK)) return undefined;
  const target = resolvePath(directoryName(path), stat.linkTarget);
  return { path: keepTrailing(target, path), name: baseName(cleanPath(path)) };
}
