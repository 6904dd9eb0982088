import { BLOCK, TarError, padding, type TarEntry, type TarKind } from "./entry.ts";
import { type RawHeader, decodeHeader } from "./header.ts";
import { decodeName } from "./name.ts";
import { type PaxRecords, decodePax } from "./pax.ts";

const kinds: Readonly<Record<string, TarKind>> = {
  "\0": "file",
  "0": "file",
  "7": "file",
  "1": "hardlink",
  "2": "symlink",
  "3": "character",
  "4": "block",
  "5": "directory",
  "6": "fifo",
};

const XATTR = "SCHILY.xattr.";
/** Longest pax header, longest GNU long name: more than any path or set of attributes Linux takes. */
const EXTENSION_LIMIT = 1 << 20;

/**
 * The entries of an uncompressed archive in order (POSIX ustar and pax, GNU, old v7). Throws TarError at the first thing
 * that is not right: a bad checksum, content that is not there, a sparse file, an unknown kind of entry.
 */
export function* readTar(tar: Uint8Array): Generator<TarEntry, void, undefined> {
  let at = 0;
  let pax: PaxRecords | undefined;
  let longName: string | undefined;
  let longLink: string | undefined;
  while (at < tar.length) {
    const header = decodeHeader(blockAt(tar, at));
    at += BLOCK;
    if (header === undefined) {
      if (at < tar.length && decodeHeader(blockAt(tar, at)) !== undefined) {
        throw new TarError("invalid tar header: an empty block among the entries");
      }
      break;
    }
    const size = contentSize(header, pax);
    const content = tar.subarray(at, at + size);
    if (content.length !== size) throw new TarError("unexpected EOF");
    const offset = at;
    at += size + padding(size);
    switch (header.type) {
      case "x":
        pax = decodePax(extension(content));
        break;
      case "g":
        // Describes the archive (git writes the commit here), not its entries.
        break;
      case "L":
        longName = longText(content);
        break;
      case "K":
        longLink = longText(content);
        break;
      default:
        yield entryOf(header, pax, longName, longLink, offset, content);
        pax = longName = longLink = undefined;
    }
  }
  if (at > tar.length || pax !== undefined || longName !== undefined || longLink !== undefined)
    throw new TarError("unexpected EOF");
}

function blockAt(tar: Uint8Array, at: number): Uint8Array {
  if (at + BLOCK > tar.length) throw new TarError("unexpected EOF");
  return tar.subarray(at, at + BLOCK);
}

function extension(content: Uint8Array): Uint8Array {
  if (content.length > EXTENSION_LIMIT) throw new TarError("invalid tar header: extended header too long");
  return content;
}

function longText(content: Uint8Array): string {
  const end = extension(content).indexOf(0);
  return decodeName(end < 0 ? content : content.subarray(0, end));
}

function contentSize(header: RawHeader, pax: PaxRecords | undefined): number {
  const isEntry = kinds[header.type] !== undefined;
  const size = isEntry ? integer(pax, "size", header.size) : header.size;
  if (size < 0 || !Number.isSafeInteger(size)) throw new TarError("invalid tar header: size out of range");
  return size;
}

function entryOf(
  header: RawHeader,
  pax: PaxRecords | undefined,
  longName: string | undefined,
  longLink: string | undefined,
  offset: number,
  content: Uint8Array,
): TarEntry {
  const name = textOf(pax, "path") ?? longName ?? header.name;
  let kind = kinds[header.type];
  const sparse = header.type === "S" || [...(pax?.keys() ?? [])].some((keyword) => keyword.startsWith("GNU.sparse."));
  if (sparse) throw new TarError(`${name}: sparse files are not supported`);
  if (kind === undefined) throw new TarError(`${name}: unknown tar entry type ${JSON.stringify(header.type)}`);
  // Before POSIX a directory was a file whose name ended in a slash.
  if (kind === "file" && name.endsWith("/")) kind = "directory";
  if (kind !== "file" && content.length > 0) throw new TarError(`${name}: a ${kind} with content`);
  const [mtime, mtimeNanoseconds] = time(pax, header.mtime);
  const device = kind === "character" || kind === "block";
  return {
    name,
    kind,
    mode: header.mode & 0o7777,
    uid: id(integer(pax, "uid", header.uid), name),
    gid: id(integer(pax, "gid", header.gid), name),
    size: content.length,
    mtime,
    mtimeNanoseconds,
    linkName: kind === "symlink" || kind === "hardlink" ? (textOf(pax, "linkpath") ?? longLink ?? header.linkName) : "",
    major: device ? header.major : 0,
    minor: device ? header.minor : 0,
    xattrs: xattrsOf(pax),
    offset,
    content,
  };
}

const noXattrs: ReadonlyMap<string, Uint8Array> = new Map();

function xattrsOf(pax: PaxRecords | undefined): ReadonlyMap<string, Uint8Array> {
  if (pax === undefined) return noXattrs;
  const found = new Map<string, Uint8Array>();
  for (const [keyword, value] of pax) if (keyword.startsWith(XATTR)) found.set(keyword.slice(XATTR.length), value);
  return found.size === 0 ? noXattrs : found;
}

/** An empty value takes a record back, as POSIX says. */
function textOf(pax: PaxRecords | undefined, keyword: string): string | undefined {
  const value = pax?.get(keyword);
  return value === undefined || value.length === 0 ? undefined : decodeName(value);
}

function integer(pax: PaxRecords | undefined, keyword: string, otherwise: number): number {
  const value = textOf(pax, keyword);
  if (value === undefined) return otherwise;
  if (!/^[0-9]{1,16}$/.test(value)) throw new TarError(`invalid tar header: pax ${keyword} ${JSON.stringify(value)}`);
  return Number(value);
}

function id(value: number, name: string): number {
  // -1 as an id means "leave as it is" to Linux and cannot own a file.
  if (value < 0 || value >= 0xffff_ffff) throw new TarError(`${name}: owner id out of range`);
  return value;
}

function time(pax: PaxRecords | undefined, otherwise: number): [seconds: number, nanoseconds: number] {
  const value = textOf(pax, "mtime");
  if (value === undefined) return [otherwise, 0];
  const match = /^(-?)([0-9]{1,12})(?:\.([0-9]*))?$/.exec(value);
  if (match === null) throw new TarError(`invalid tar header: pax mtime ${JSON.stringify(value)}`);
  const seconds = Number(match[2]);
  const nanoseconds = Number((match[3] ?? "").slice(0, 9).padEnd(9, "0"));
  if (match[1] !== "-") return [seconds, nanoseconds];
  return nanoseconds === 0 ? [-seconds, 0] : [-seconds - 1, 1e9 - nanoseconds];
}
