import { FileError } from "../invocation.ts";

const meanings: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EEXIST: "file exists",
  EISDIR: "is a directory",
  ELOOP: "too many levels of symbolic links",
  ENOENT: "no such file or directory",
  ENOSPC: "no space left on device",
  ENOTDIR: "not a directory",
  EPERM: "operation not permitted",
  EROFS: "read-only file system",
};

/** A failed call on a file, as Go words it: `open nofile: no such file or directory`. */
export function openError(error: unknown, path: string, operation = "open"): Error {
  const code = errorCodeOf(error);
  if (code === undefined) return error instanceof Error ? error : new Error(String(error));
  return new Error(`${operation} ${path}: ${meanings[code] ?? code}`);
}

/** ENOENT, EACCES, …; undefined for an error that is not about a file. */
export function errorCodeOf(error: unknown): string | undefined {
  if (error instanceof FileError) return error.code;
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
