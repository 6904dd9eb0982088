import type { NewEntry } from "../agent/agent.ts";
import { digestHex, sha256 } from "../image/digest.ts";
import { LAYERFS_MOUNT } from "../layerfs/layerfs.ts";

/** As Docker lays it out; every path below is relative to it unless it begins with a slash. */
export const OVERLAY_ROOT = "/var/lib/docker/overlay2";

const LINK_LENGTH = 26;
const base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** One directory under overlay2, named by its own `diff` and by a short link that keeps mount options short. */
export interface OverlayDirectory {
  /** Name under overlay2. */
  readonly name: string;
  /** `l/` and 26 characters. */
  readonly link: string;
}

/** A read-only one, with the layer it shows. */
export interface LowerDirectory extends OverlayDirectory {
  readonly diffId: string;
}

export async function overlayDirectory(name: string): Promise<OverlayDirectory> {
  const hex = digestHex(await sha256(bytesOf(name)));
  let bits = BigInt(`0x${hex}`);
  let id = "";
  for (; id.length < LINK_LENGTH; bits >>= 5n) id += base32.charAt(Number(bits & 31n));
  return { name, link: `l/${id}` };
}

/** Where the guest sees the layer itself. */
export function layerMount(diffId: string): string {
  return `${LAYERFS_MOUNT}/${digestHex(diffId)}`;
}

/** A layer's directory. Docker keeps the files in `diff`; here that is a link to where layerfs serves them. */
export function lowerEntries(directory: LowerDirectory, below: readonly OverlayDirectory[]): NewEntry[] {
  const { name, link, diffId } = directory;
  return [
    { kind: "directory", path: name, mode: 0o710 },
    { kind: "symlink", path: `${name}/diff`, target: layerMount(diffId) },
    { kind: "file", path: `${name}/link`, mode: 0o644, bytes: bytesOf(link.slice("l/".length)) },
    ...lowerFile(name, below),
    { kind: "file", path: `${name}/committed`, mode: 0o600, bytes: new Uint8Array() },
    { kind: "symlink", path: link, target: `../${name}/diff` },
  ];
}

/** Where a container's disk is mounted. */
export function diskEntry({ name }: OverlayDirectory): NewEntry {
  return { kind: "directory", path: name, mode: 0o710 };
}

/** What is on a container's disk, and the short link to it. */
export function upperEntries(
  { name, link }: OverlayDirectory,
  below: readonly OverlayDirectory[],
  root: { readonly mode: number; readonly uid: number; readonly gid: number },
): NewEntry[] {
  return [
    { kind: "directory", path: `${name}/diff`, ...root },
    { kind: "file", path: `${name}/link`, mode: 0o644, bytes: bytesOf(link.slice("l/".length)) },
    ...lowerFile(name, below),
    { kind: "directory", path: `${name}/work`, mode: 0o700 },
    { kind: "directory", path: `${name}/merged`, mode: 0o755 },
    { kind: "symlink", path: link, target: `../${name}/diff` },
  ];
}

function lowerFile(name: string, below: readonly OverlayDirectory[]): NewEntry[] {
  if (below.length === 0) return [];
  const bytes = bytesOf(below.map(({ link }) => link).join(":"));
  return [{ kind: "file", path: `${name}/lower`, mode: 0o644, bytes }];
}

/** The agent takes requests of up to 256 KiB; the `lower` files of an image with 125 layers are more than that. */
const BATCH = 128 * 1024;
/** What an entry takes beside its content: names, mode, owner. */
const ENTRY = 256;

/** The entries in order, cut into pieces that fit one request each: nearly always one piece. */
export function batches(entries: readonly NewEntry[]): NewEntry[][] {
  const pieces: NewEntry[][] = [];
  let room = 0;
  for (const entry of entries) {
    const size = ENTRY + (entry.kind === "file" ? entry.bytes.length : 0);
    if (size > room) {
      pieces.push([]);
      room = BATCH;
    }
    pieces.at(-1)?.push(entry);
    room -= size;
  }
  return pieces;
}
