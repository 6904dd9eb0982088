import { TarError } from "./entry.ts";
import { decodeName, encodeName } from "./name.ts";

/** Keyword to value. Values are bytes: that of an extended attribute need not be text. */
export type PaxRecords = Map<string, Uint8Array>;

const SPACE = 0x20;
const NEWLINE = 0x0a;
const EQUALS = 0x3d;

/** POSIX pax extended header: `LENGTH KEYWORD=VALUE\n`, LENGTH counting the whole record. */
export function decodePax(bytes: Uint8Array): PaxRecords {
  const records: PaxRecords = new Map();
  let at = 0;
  while (at < bytes.length) {
    const space = bytes.indexOf(SPACE, at);
    const digits = space < 0 ? "" : decodeName(bytes.subarray(at, Math.min(space, at + 16)));
    const end = at + (/^[1-9][0-9]*$/.test(digits) ? Number(digits) : 0);
    const equals = bytes.indexOf(EQUALS, space);
    if (end <= space + 1 || end > bytes.length || bytes[end - 1] !== NEWLINE || equals < 0 || equals >= end) {
      throw new TarError("invalid tar header: malformed pax record");
    }
    records.set(decodeName(bytes.subarray(space + 1, equals)), bytes.subarray(equals + 1, end - 1));
    at = end;
  }
  return records;
}

export function encodePax(records: Iterable<readonly [string, Uint8Array]>): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const [keyword, value] of records) {
    const key = encodeName(` ${keyword}=`);
    const body = key.length + value.length + 1;
    let length = body + String(body).length;
    if (String(length).length > String(body).length) length++;
    parts.push(encodeName(String(length)), key, value, Uint8Array.of(NEWLINE));
  }
  return concat(parts);
}

export function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
