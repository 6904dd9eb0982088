import { baseName, cleanPath, directoryName } from "../../opts/path.ts";

/** One end of a copy. */
export interface CopyEnd {
  /** As it was written: a trailing `/` or `/.` means something. */
  readonly path: string;
  readonly exists: boolean;
  readonly isDirectory: boolean;
}

/** Into which directory to extract, and what the first name of the archive becomes there. */
export interface CopyPlan {
  readonly directory: string;
  readonly rename: { readonly from: string; readonly to: string } | undefined;
}

/** Directory and last name of a path; `/x/.` has the last name `.`. */
export function splitEntry(path: string): { readonly directory: string; readonly base: string } {
  const clean = cleanPath(path);
  const withDot = /(?:^|\/)\.$/.test(path) && clean !== "." ? `${clean === "/" ? "" : clean}/.` : clean;
  return { directory: directoryName(withDot), base: baseName(withDot) };
}

/** Decides as `cp` does: into a directory, over a file, or under a new name. */
export function planCopy(source: CopyEnd, destination: CopyEnd, sourceName = splitEntry(source.path).base): CopyPlan {
  if (destination.exists && destination.isDirectory) return { directory: destination.path, rename: undefined };
  const target = splitEntry(destination.path);
  const rename = { from: sourceName, to: target.base };
  if (destination.exists) {
    if (source.isDirectory) throw new Error("cannot copy directory");
    return { directory: target.directory, rename };
  }
  if (source.isDirectory) return { directory: target.directory, rename };
  if (assertsDirectory(destination.path)) throw new Error("no such directory");
  return { directory: target.directory, rename };
}

function assertsDirectory(path: string): boolean {
  return path.endsWith("/") || /(?:^|\/)\.$/.test(path);
}
