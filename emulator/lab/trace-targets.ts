/** What a request of the Engine API is about, as far as its path says. */

export function pathOf(target: string): string {
  return target.replace(/^\/v\d+\.\d+(?=\/)/, "").split("?", 1)[0] ?? "";
}

/** A container is named by its id, the beginning of it, or its name. */
export function namesContainer(target: string, { id, name }: { readonly id: string; readonly name: string }): boolean {
  const reference = /^\/containers\/([^/]+)(?:\/|$)/.exec(pathOf(target))?.[1];
  if (reference === undefined) return false;
  const plain = decodeURIComponent(reference).replace(/^\//, "");
  return plain === name || (plain !== "" && id.startsWith(plain));
}

/** The exec that is started. */
export function startedExec(target: string): string | undefined {
  return /^\/exec\/([^/]+)\/start$/.exec(pathOf(target))?.[1];
}

/** The name that a new container is asked to have: empty for any, undefined when no container is made. */
export function createdName(target: string): string | undefined {
  if (pathOf(target) !== "/containers/create") return undefined;
  return new URLSearchParams(target.split("?", 2)[1] ?? "").get("name") ?? "";
}
