import { ByteReader } from "./byte-reader.ts";
import { BLOCK, headerWith, numberAt, padded, parsePax, sealed, text, ustarName } from "./header.ts";

export interface TarFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface TarFilter {
  /** Whether an entry stays; `name` has neither `./` in front nor a slash at the end. */
  keeps(name: string, isDirectory: boolean): boolean;
  /** Files that come first, and in place of those of the same name. */
  readonly added?: readonly TarFile[];
}

/** Bytes of one chunk: many small files would otherwise be many small chunks. */
const CHUNK = 64 * 1024;
/** Records that say who owns an entry, and those whose place is the header. */
const dropped = ["uid", "gid", "uname", "gname", "path", "linkpath"];

/**
 * The entries of a tar that a filter keeps, owned by root, while they stream. A directory that is not kept comes after all
 * where something below it is. Throws on damage.
 */
export function filterTar(tar: ReadableStream<Uint8Array>, filter: TarFilter): ReadableStream<Uint8Array> {
  const pieces = filtered(new ByteReader(tar), filter);
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const gathered: Uint8Array[] = [];
        for (let size = 0; size < CHUNK;) {
          const next = await pieces.next();
          if (next.done === true) {
            if (gathered.length > 0) controller.enqueue(joined(gathered));
            controller.close();
            return;
          }
          size += next.value.length;
          gathered.push(next.value);
        }
        controller.enqueue(joined(gathered));
      },
      async cancel(reason) {
        await pieces.return(undefined);
        await tar.cancel(reason).catch(() => undefined);
      },
    },
    { highWaterMark: 0 },
  );
}

/** A tar of these files alone. */
export function tarOf(files: readonly TarFile[]): Uint8Array {
  return joined([...files.flatMap(({ name, bytes }) => [...fileEntry(name, bytes)]), new Uint8Array(2 * BLOCK)]);
}

async function* filtered(reader: ByteReader, filter: TarFilter): AsyncGenerator<Uint8Array, void, undefined> {
  const added = new Set(filter.added?.map(({ name }) => name));
  for (const { name, bytes } of filter.added ?? []) yield* fileEntry(name, bytes);
  const waiting = new Map<string, Uint8Array[]>();
  for await (const entry of entries(reader)) {
    const { name, link, header, pax } = entry;
    const isDirectory = entry.type === "5";
    const isKept = name !== "" && !added.has(name) && filter.keeps(name, isDirectory);
    if (isKept || (isDirectory && name !== "")) {
      const written = [...headerWith(header, isDirectory ? `${name}/` : name, link, pax)];
      if (isKept) {
        for (const parent of parents(name)) {
          yield* waiting.get(parent) ?? [];
          waiting.delete(parent);
        }
        yield* written;
      } else waiting.set(name, written);
    }
    for (let remaining = entry.size; remaining > 0;) {
      const piece = await reader.some(remaining);
      remaining -= piece.length;
      if (isKept) yield piece;
    }
  }
  yield new Uint8Array(2 * BLOCK);
}

interface Entry {
  readonly name: string;
  readonly link: string;
  readonly type: string;
  /** Owned by root. */
  readonly header: Uint8Array;
  readonly pax: Map<string, string>;
  /** Of its content with the padding; the reader stands at its first byte. */
  readonly size: number;
  /** Without the padding. */
  readonly length: number;
}

/** What a tar holds, one by one. Whoever takes an entry reads its content before the next. Throws on damage. */
export async function* entries(reader: ByteReader): AsyncGenerator<Entry, void, undefined> {
  let longName: string | undefined;
  let longLink: string | undefined;
  let pax = new Map<string, string>();
  for (;;) {
    const header = await reader.take(BLOCK);
    if (header === undefined) return;
    if (header[0] === 0 && header.every((byte) => byte === 0)) continue;
    const size = numberAt(header, 124, 12);
    const type = String.fromCharCode(header[156] ?? 0);
    if (type === "L" || type === "K" || type === "x" || type === "g") {
      const body = (await reader.exactly(padded(size))).subarray(0, size);
      if (type === "L") longName = text(body);
      else if (type === "K") longLink = text(body);
      else if (type === "x") pax = parsePax(body);
      continue;
    }
    const name = plain(pax.get("path") ?? longName ?? ustarName(header));
    const target = pax.get("linkpath") ?? longLink ?? text(header.subarray(157, 257));
    for (const record of dropped) pax.delete(record);
    const hasContent = type === "0" || type === "\0" || type === "7";
    yield {
      name,
      link: type === "1" ? plain(target) : target,
      type,
      header: ownedByRoot(header),
      pax,
      size: hasContent ? padded(size) : 0,
      length: hasContent ? size : 0,
    };
    longName = longLink = undefined;
    pax = new Map();
  }
}

/** `./a/b/` as `a/b`; the root itself as "". */
function plain(name: string): string {
  return name
    .replace(/^(?:\.?\/)+/, "")
    .replace(/\/+$/, "")
    .replace(/^\.$/, "");
}

/** `a`, `a/b` for `a/b/c`. */
function* parents(name: string): Generator<string, void, undefined> {
  for (let at = name.indexOf("/"); at !== -1; at = name.indexOf("/", at + 1)) yield name.slice(0, at);
}

function ownedByRoot(header: Uint8Array): Uint8Array {
  const changed = header.slice();
  const zero = new TextEncoder().encode("0000000\0");
  changed.set(zero, 108);
  changed.set(zero, 116);
  changed.fill(0, 265, 329);
  return changed;
}

function* fileEntry(name: string, bytes: Uint8Array): Generator<Uint8Array, void, undefined> {
  const header = new Uint8Array(BLOCK);
  const put = (at: number, field: string): void => header.set(new TextEncoder().encode(field), at);
  put(100, "0000644\0");
  put(108, "0000000\0");
  put(116, "0000000\0");
  put(124, `${bytes.length.toString(8).padStart(11, "0")}\0`);
  put(136, "00000000000\0");
  put(156, "0");
  put(257, "ustar\x0000");
  yield* headerWith(sealed(header), name, "", new Map());
  yield bytes;
  yield new Uint8Array(padded(bytes.length) - bytes.length);
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const [only] = pieces;
  if (only !== undefined && pieces.length === 1) return only;
  const all = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
