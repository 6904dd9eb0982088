/** POSIX paths as text. */

/** Without `.`, `..` and doubled slashes, as Go's path.Clean; "" becomes ".". */
export function cleanPath(path: string): string {
  const rooted = path.startsWith("/");
  const kept: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") kept.push(part);
    else if (kept.length > 0 && kept.at(-1) !== "..") kept.pop();
    else if (!rooted) kept.push("..");
  }
  const joined = kept.join("/");
  return rooted ? `/${joined}` : joined === "" ? "." : joined;
}

export function resolvePath(cwd: string, path: string): string {
  return cleanPath(path.startsWith("/") ? path : `${cwd}/${path}`);
}

export function baseName(path: string): string {
  const trimmed = path.replace(/\/+$/, "");
  if (trimmed === "") return path === "" ? "." : "/";
  return trimmed.slice(trimmed.lastIndexOf("/") + 1);
}

export function directoryName(path: string): string {
  const at = path.lastIndexOf("/");
  return cleanPath(at === -1 ? "" : path.slice(0, at + 1));
}
