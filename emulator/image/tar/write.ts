import { BLOCK, TarError, padding, type TarHeader, type TarKind } from "./entry.ts";
import { encodeName, isAscii } from "./name.ts";
import { concat, encodePax } from "./pax.ts";

const typeflags: Readonly<Record<TarKind, string>> = {
  file: "0",
  hardlink: "1",
  symlink: "2",
  character: "3",
  block: "4",
  directory: "5",
  fifo: "6",
};

/** Two blocks of zeros. */
export const tarEnd: Uint8Array = new Uint8Array(2 * BLOCK);

/** A whole archive, deterministic: the same entries give the same bytes. */
export function writeTar(
  entries: Iterable<{ readonly header: TarHeader; readonly content?: Uint8Array }>,
): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  for (const { header, content } of entries) {
    const size = content?.length ?? 0;
    parts.push(encodeTarHeader({ ...header, size }));
    if (content !== undefined) parts.push(content, new Uint8Array(padding(size)));
  }
  parts.push(tarEnd);
  return concat(parts);
}

/**
 * The header blocks of one entry; `size` bytes of content and `padding(size)` zeros follow. Plain ustar where it fits;
 * else a pax header before it holds what does not: long or non-ASCII names, big numbers, nanoseconds, attributes.
 */
export function encodeTarHeader(header: TarHeader): Uint8Array {
  if (header.size !== 0 && header.kind !== "file") throw new TarError(`${header.name}: a ${header.kind} with content`);
  const name = header.kind === "directory" && !header.name.endsWith("/") ? `${header.name}/` : header.name;
  const pax: [string, Uint8Array][] = [];
  const place = splitName(name);
  if (place === undefined) pax.push(["path", encodeName(name)]);
  if (header.linkName.length > 100 || !isAscii(header.linkName)) pax.push(["linkpath", encodeName(header.linkName)]);
  if (header.size > 0o77777777777) pax.push(["size", encodeName(String(header.size))]);
  for (const key of ["uid", "gid"] as const) {
    if (header[key] > 0o7777777) pax.push([key, encodeName(String(header[key]))]);
  }
  if (header.mtimeNanoseconds !== 0 || header.mtime < 0 || header.mtime > 0o77777777777) {
    pax.push(["mtime", encodeName(decimalTime(header))]);
  }
  for (const [key, value] of [...header.xattrs].sort(byName)) pax.push([`SCHILY.xattr.${key}`, value]);

  const block = ustar(header, typeflags[header.kind], place ?? { prefix: "", name: shortName(name) }, header.size);
  if (pax.length === 0) return block;
  const records = encodePax(pax);
  const extension = ustar(
    { ...header, mode: 0o644, uid: 0, gid: 0, mtime: 0, linkName: "", major: 0, minor: 0 },
    "x",
    { prefix: "", name: `PaxHeaders.0/${shortName(name).slice(-80)}` },
    records.length,
  );
  return concat([extension, records, new Uint8Array(padding(records.length)), block]);
}

function byName(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return a[0] < b[0] ? -1 : 1;
}

/** ustar holds 100 bytes of name, and 155 of the directories before it. */
function splitName(name: string): { prefix: string; name: string } | undefined {
  if (!isAscii(name)) return undefined;
  if (name.length <= 100) return { prefix: "", name };
  const slash = name.lastIndexOf("/", Math.min(155, name.length - 2));
  if (slash <= 0 || name.length - slash - 1 > 100) return undefined;
  return { prefix: name.slice(0, slash), name: name.slice(slash + 1) };
}

/** For readers that do not know pax. */
function shortName(name: string): string {
  return name.replace(/[^\x20-\x7e]/g, "_").slice(-100);
}

function decimalTime({ mtime, mtimeNanoseconds }: TarHeader): string {
  const negative = mtime < 0;
  const borrow = negative && mtimeNanoseconds !== 0;
  const seconds = negative ? -mtime - (borrow ? 1 : 0) : mtime;
  const nanoseconds = borrow ? 1e9 - mtimeNanoseconds : mtimeNanoseconds;
  const fraction = nanoseconds === 0 ? "" : `.${String(nanoseconds).padStart(9, "0").replace(/0+$/, "")}`;
  return `${negative ? "-" : ""}${String(seconds)}${fraction}`;
}

function ustar(
  header: TarHeader,
  typeflag: string,
  place: { readonly prefix: string; readonly name: string },
  size: number,
): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const put = (at: number, text: string): void => {
    block.set(encodeName(text), at);
  };
  const octal = (at: number, digits: number, value: number): void => {
    const fits = value >= 0 && value < 8 ** digits;
    put(at, (fits ? value : 0).toString(8).padStart(digits, "0"));
  };
  put(0, place.name);
  octal(100, 7, header.mode & 0o7777);
  octal(108, 7, header.uid);
  octal(116, 7, header.gid);
  octal(124, 11, size);
  octal(136, 11, header.mtime);
  put(156, typeflag);
  put(157, isAscii(header.linkName) ? header.linkName.slice(0, 100) : "");
  put(257, "ustar\u000000");
  octal(329, 7, header.major);
  octal(337, 7, header.minor);
  put(345, place.prefix);
  block.fill(0x20, 148, 156);
  let sum = 0;
  for (const byte of block) sum += byte;
  octal(148, 6, sum);
  block[154] = 0;
  return block;
}
