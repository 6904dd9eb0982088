export const BLOCK = 512;

export function padded(size: number): number {
  return Math.ceil(size / BLOCK) * BLOCK;
}

export function text(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end === -1 ? bytes : bytes.subarray(0, end));
}

export function ustarName(header: Uint8Array): string {
  const name = text(header.subarray(0, 100));
  const isUstar = text(header.subarray(257, 263)) === "ustar";
  const prefix = isUstar ? text(header.subarray(345, 500)) : "";
  return prefix === "" ? name : `${prefix}/${name}`;
}

/** Octal, or base 256 where the first bit is set. */
export function numberAt(header: Uint8Array, at: number, length: number): number {
  const field = header.subarray(at, at + length);
  if (((field[0] ?? 0) & 0x80) !== 0)
    return field.subarray(1).reduce((value, byte) => value * 256 + byte, (field[0] ?? 0) & 0x7f);
  const digits = text(field).trim();
  if (digits === "") return 0;
  if (!/^[0-7]+$/.test(digits)) throw new Error("archive/tar: invalid tar header");
  return Number.parseInt(digits, 8);
}

/** Paths as text; other values as they are, a character for each byte: an attribute need not be UTF-8. */
export function parsePax(body: Uint8Array): Map<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < body.length;) {
    const space = body.indexOf(32, at);
    const length = Number(binary(body.subarray(at, space === -1 ? at : space)));
    if (space === -1 || !Number.isInteger(length) || length <= space - at + 1 || at + length > body.length)
      throw new Error("archive/tar: invalid tar header");
    const record = body.subarray(space + 1, at + length - 1);
    const equals = record.indexOf("=".charCodeAt(0));
    if (equals === -1) throw new Error("archive/tar: invalid tar header");
    const key = binary(record.subarray(0, equals));
    const value = record.subarray(equals + 1);
    records.set(key, isPath(key) ? new TextDecoder().decode(value) : binary(value));
    at += length;
  }
  return records;
}

function isPath(key: string): boolean {
  return key === "path" || key === "linkpath";
}

function binary(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

/** Names that fit stay in the header; longer ones, and what pax said before, go into a pax header. */
export function* headerWith(
  header: Uint8Array,
  name: string,
  link: string,
  pax: Map<string, string>,
): Generator<Uint8Array, void, undefined> {
  const encoder = new TextEncoder();
  const [nameBytes, linkBytes] = [encoder.encode(name), encoder.encode(link)];
  pax.delete("path");
  pax.delete("linkpath");
  if (nameBytes.length > 100) pax.set("path", name);
  if (linkBytes.length > 100) pax.set("linkpath", link);
  if (pax.size > 0) yield paxEntry(header, pax);
  const changed = header.slice();
  changed.fill(0, 0, 100).set(nameBytes.subarray(0, 100));
  changed.fill(0, 157, 257).set(linkBytes.subarray(0, 100), 157);
  if (text(header.subarray(257, 263)) === "ustar") changed.fill(0, 345, 500);
  yield sealed(changed);
}

function paxEntry(header: Uint8Array, records: ReadonlyMap<string, string>): Uint8Array {
  const encoder = new TextEncoder();
  const body = Uint8Array.from([...records].flatMap(([key, value]) => paxRecord(key, value)));
  const entry = new Uint8Array(BLOCK + padded(body.length));
  entry.set(header.subarray(0, BLOCK));
  entry.fill(0, 0, 100).set(encoder.encode("PaxHeaders.0/entry"));
  entry.fill(0, 157, 257);
  entry.fill(0, 345, 500);
  entry.set(encoder.encode(`${body.length.toString(8).padStart(11, "0")}\0`), 124);
  entry[156] = "x".charCodeAt(0);
  entry.set(encoder.encode("ustar\x0000"), 257);
  sealed(entry.subarray(0, BLOCK));
  entry.set(body, BLOCK);
  return entry;
}

function paxRecord(key: string, value: string): number[] {
  const bytes = (text: string): number[] => Array.from(text, (character) => character.charCodeAt(0));
  const content = isPath(key) ? [...new TextEncoder().encode(value)] : bytes(value);
  const rest = [...bytes(` ${key}=`), ...content, 10];
  let total = rest.length + String(rest.length).length;
  if (rest.length + String(total).length !== total) total = rest.length + String(total).length;
  return [...bytes(String(total)), ...rest];
}

/** Writes the header's checksum. */
export function sealed(header: Uint8Array): Uint8Array {
  header.fill(32, 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.set(new TextEncoder().encode(`${sum.toString(8).padStart(6, "0")}\0 `), 148);
  return header;
}
