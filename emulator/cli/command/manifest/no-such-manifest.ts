import { fullName, parseReference, withDefaultTag } from "../../reference.ts";

/** Manifests are read from remote registries, and none can be reached. */
export function noSuchManifest(name: string): Promise<never> {
  const reference = withDefaultTag(parseReference(name));
  return Promise.reject(new Error(`no such manifest: ${fullName(reference)}:${reference.tag ?? ""}`));
}
