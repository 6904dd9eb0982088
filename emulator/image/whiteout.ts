/** OCI image spec, "Whiteouts": how a layer says that something of the layers below is gone. */

export const WHITEOUT_PREFIX = ".wh.";
/** In a directory: nothing of it in the layers below shows through. */
export const OPAQUE_WHITEOUT = ".wh..wh..opq";
/** aufs kept its own files under such names; no engine ever shows them. */
const META_PREFIX = ".wh..wh.";

export type Whiteout =
  | { readonly kind: "none" }
  | { readonly kind: "opaque" }
  | { readonly kind: "meta" }
  | { readonly kind: "removed"; readonly name: string };

/** What a base name means. */
export function whiteoutOf(name: string): Whiteout {
  if (!name.startsWith(WHITEOUT_PREFIX)) return { kind: "none" };
  if (name === OPAQUE_WHITEOUT) return { kind: "opaque" };
  if (name.startsWith(META_PREFIX)) return { kind: "meta" };
  return { kind: "removed", name: name.slice(WHITEOUT_PREFIX.length) };
}

export function whiteoutName(name: string): string {
  return WHITEOUT_PREFIX + name;
}
