/** WORKDIR over the one before: absolute, cleaned. */
export function normalizeWorkdir(current: string, path: string): string {
  const joined = path.startsWith("/") ? path : `${current === "" ? "/" : current}/${path}`;
  const parts: string[] = [];
  for (const part of joined.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") parts.pop();
    else parts.push(part);
  }
  return `/${parts.join("/")}`;
}
