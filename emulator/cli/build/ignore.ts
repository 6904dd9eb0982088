import { IgnoreMatcher, parseIgnore } from "../../dockerfile/dockerignore.ts";

/** Whether the rules of a `.dockerignore` leave a path out of the context. Throws IgnoreError for rules that are none. */
export function ignoreRules(file: Uint8Array | undefined): (path: string, isDirectory: boolean) => boolean {
  if (file === undefined) return () => false;
  const matcher = new IgnoreMatcher(parseIgnore(new TextDecoder().decode(file)));
  return (path, isDirectory) => matcher.ignores(path, isDirectory);
}
