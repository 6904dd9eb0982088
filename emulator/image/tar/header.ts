import { BLOCK, TarError } from "./entry.ts";
import { decodeName } from "./name.ts";

/** One 512-byte header as it stands, before pax records and GNU long names are applied. */
export interface RawHeader {
  readonly type: string;
  readonly name: string;
  readonly linkName: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtime: number;
  readonly major: number;
  readonly minor: number;
}

const CHECKSUM_AT = 148;
const MAGIC_AT = 257;

/** Undefined for a block of zeros. */
export function decodeHeader(block: Uint8Array): RawHeader | undefined {
  if (block.every((byte) => byte === 0)) return undefined;
  checkSum(block);
  const magic = text(block, MAGIC_AT, 8);
  const posix = magic.startsWith("ustar") && block[MAGIC_AT + 5] === 0;
  const gnu = magic.startsWith("ustar  ");
  // star keeps two times in the last bytes of the prefix field, and says so at the very end of the block.
  const prefix = posix ? text(block, 345, text(block, 508, 4) === "tar" ? 131 : 155) : "";
  const name = text(block, 0, 100);
  const device = posix || gnu;
  return {
    type: String.fromCharCode(block[156] ?? 0),
    name: prefix === "" ? name : `${prefix}/${name}`,
    linkName: text(block, 157, 100),
    mode: number(block, 100, 8),
    uid: number(block, 108, 8),
    gid: number(block, 116, 8),
    size: number(block, 124, 12),
    mtime: number(block, 136, 12),
    major: device ? number(block, 329, 8) : 0,
    minor: device ? number(block, 337, 8) : 0,
  };
}

function checkSum(block: Uint8Array): void {
  let unsigned = 0;
  let signed = 0;
  for (let i = 0; i < BLOCK; i++) {
    const byte = i >= CHECKSUM_AT && i < CHECKSUM_AT + 8 ? 0x20 : (block[i] ?? 0);
    unsigned += byte;
    signed += byte < 0x80 ? byte : byte - 0x100;
  }
  const said = number(block, CHECKSUM_AT, 8);
  // Old archivers summed signed characters.
  if (said !== unsigned && said !== signed) throw new TarError("invalid tar header");
}

function text(block: Uint8Array, at: number, length: number): string {
  const field = block.subarray(at, at + length);
  const end = field.indexOf(0);
  return decodeName(end < 0 ? field : field.subarray(0, end));
}

/** Octal digits, or base 256 when the first bit is set (GNU, for what octal cannot hold). */
function number(block: Uint8Array, at: number, length: number): number {
  const first = block[at] ?? 0;
  if (first >= 0x80) return base256(block.subarray(at, at + length));
  let i = at;
  const end = at + length;
  while (i < end && block[i] === 0x20) i++;
  let value = 0;
  for (; i < end; i++) {
    const byte = block[i] ?? 0;
    if (byte === 0 || byte === 0x20) break;
    if (byte < 0x30 || byte > 0x37) throw new TarError("invalid tar header: not an octal number");
    value = value * 8 + byte - 0x30;
  }
  return value;
}

function base256(field: Uint8Array): number {
  const first = field[0] ?? 0;
  const negative = (first & 0x40) !== 0;
  let value = negative ? first | ~0xff : first & 0x3f;
  for (const byte of field.subarray(1)) value = value * 256 + byte;
  if (!Number.isSafeInteger(value)) throw new TarError("invalid tar header: number out of range");
  return value;
}
