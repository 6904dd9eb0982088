/** Absolute paths of the guest, without a slash at their end but for the root. */

export function join(folder: string, name: string): string {
  return folder === "/" ? `/${name}` : `${folder}/${name}`;
}

export function parent(path: string): string {
  const at = path.lastIndexOf("/");
  return at <= 0 ? "/" : path.slice(0, at);
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

export function isInside(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder === "/" ? "/" : `${folder}/`);
}

/** The path as seen from the folder, or the whole path when it is not in it. */
export function relative(folder: string, path: string): string {
  if (!isInside(folder, path) || path === folder) return path;
  return path.slice(folder === "/" ? 1 : folder.length + 1);
}

/** `/root/app` as the prompt shows it: `~/app`. */
export function homely(path: string): string {
  return path === "/root" ? "~" : path.startsWith("/root/") ? `~${path.slice(5)}` : path;
}

/** What a shell needs around a word, and nothing where it needs nothing. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./~-]+$/.test(word) && !word.startsWith("~") ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A file that a build reads its instructions from: Dockerfile, Dockerfile.dev, api.Dockerfile, Containerfile. */
export function isDockerfile(path: string): boolean {
  const name = baseName(path);
  return /^(?:Dockerfile|Containerfile)(?:\.(?!dockerignore$)[^/]*)?$/i.test(name) || /\.dockerfile$/i.test(name);
}

/** Why the name cannot be one, or undefined. A path in the folder is a name too. */
export function nameProblem(name: string): string | undefined {
  if (name.trim() === "") return "Give it a name.";
  if (name.startsWith("/")) return "The name begins with a slash.";
  if (name.split("/").some((part) => part === ".." || part === "." || part === ""))
    return "That is no name in this folder.";
  if (name.includes("\0") || name.length > 255) return "The name is too long.";
  return undefined;
}
