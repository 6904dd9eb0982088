const units = ["B", "kB", "MB", "GB", "TB"];

/** A size as Docker prints it: powers of 1000, three significant digits, a space before the unit. */
export function sizeText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${Number(value.toPrecision(3))} ${units[unit] ?? ""}`;
}

/** `1 file`, `2 files`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}

/** Twelve digits, as `docker images` shows an id. */
export function shortDigest(digest: string): string {
  return digest.replace(/^sha256:/, "").slice(0, 12);
}

/** `drwxr-xr-x` */
export function modeText(kind: string, mode: number): string {
  const letter = { directory: "d", symlink: "l", character: "c", block: "b", fifo: "p", socket: "s", whiteout: "c" };
  const triple = (shift: number, special: number, sign: string) => {
    const bits = (mode >> shift) & 7;
    const execute = (mode & special) === 0 ? (bits & 1 ? "x" : "-") : bits & 1 ? sign : sign.toUpperCase();
    return `${bits & 4 ? "r" : "-"}${bits & 2 ? "w" : "-"}${execute}`;
  };
  return `${letter[kind as keyof typeof letter] ?? "-"}${triple(6, 0o4000, "s")}${triple(3, 0o2000, "s")}${triple(0, 0o1000, "t")}`;
}

/** A name from the machine as text that can be shown: bytes that are not UTF-8 and control characters are escaped. */
export function nameText(name: string): string {
  return name.replace(/[\ud800-\udfff]/gu, escapeByte).replace(/\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu, escapeControl);
}

function escapeByte(surrogate: string): string {
  const byte = surrogate.charCodeAt(0) - 0xdc00;
  return byte >= 0x80 && byte <= 0xff ? `\\x${byte.toString(16)}` : "\ufffd";
}

function escapeControl(sign: string): string {
  const code = sign.codePointAt(0) ?? 0;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16)}`;
}
