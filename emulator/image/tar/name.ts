/**
 * Names in archives are bytes; here they are strings, without loss. Bytes that are UTF-8 are that text. In a name that is
 * not, each byte from 0x80 up stands as the lone surrogate U+DC00 + byte, and goes back to the same byte.
 */
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();
// Control characters belong here: a name may hold any byte but NUL and the slash.
// eslint-disable-next-line no-control-regex
const escaped = /^[\x00-\x7f\udc80-\udcff]*$/;
// eslint-disable-next-line no-control-regex
const ascii = /^[\x00-\x7f]*$/;

/** Pieces of this many characters are safe as an argument list. */
const PIECE = 4096;

export function decodeName(bytes: Uint8Array): string {
  let high = 0;
  for (let i = 0; i < bytes.length; i++) high |= bytes[i] ?? 0;
  if (high < 0x80 && bytes.length <= PIECE) return String.fromCharCode(...bytes);
  try {
    return strict.decode(bytes);
  } catch {
    let text = "";
    for (const byte of bytes) text += String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte);
    return text;
  }
}

export function encodeName(name: string): Uint8Array {
  if (!escaped.test(name) || ascii.test(name)) return encoder.encode(name);
  const bytes = new Uint8Array(name.length);
  for (let i = 0; i < name.length; i++) bytes[i] = name.charCodeAt(i) & 0xff;
  return bytes;
}

export function isAscii(name: string): boolean {
  return ascii.test(name);
}
