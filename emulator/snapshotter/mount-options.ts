import { OVERLAY_ROOT, type OverlayDirectory } from "./directories.ts";

/** What mount(2) copies, less the byte that ends it. */
const OPTIONS_MAX = 4095;

/**
 * Said although most are defaults of 6.1, because they decide what an upperdir looks like: renames of directories copy
 * them, files are copied up whole, and no inode number tells of its layer. So an upperdir is a layer as it is.
 */
const fixed = "redirect_dir=off,index=off,metacopy=off,xino=off";

/**
 * Options of an overlay, topmost lowerdir first. Paths are absolute, as Docker has them and `mount` shows them, as long
 * as that fits; then relative to overlay2, which must be the working directory of the call.
 */
export function overlayOptions(upper: OverlayDirectory, lowers: readonly OverlayDirectory[]): string {
  const absolute = options(`${OVERLAY_ROOT}/`, upper, lowers);
  return absolute.length <= OPTIONS_MAX ? absolute : options("", upper, lowers);
}

function options(root: string, upper: OverlayDirectory, lowers: readonly OverlayDirectory[]): string {
  const lowerdir = lowers.map(({ link }) => root + link).join(":");
  return `lowerdir=${lowerdir},upperdir=${root}${upper.name}/diff,workdir=${root}${upper.name}/work,${fixed}`;
}
