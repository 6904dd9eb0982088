/** What can be shown of a file's content. */
export type FileContent =
  | { readonly kind: "text"; readonly lines: readonly string[]; /** Bytes that are not shown. */ readonly left: number }
  | { readonly kind: "binary"; readonly rows: readonly HexRow[]; readonly left: number }
  | { readonly kind: "empty" };

export interface HexRow {
  /** `00000010` */
  readonly offset: string;
  readonly hex: string;
  readonly text: string;
}

/** Bytes asked of a file: enough to read, little enough to be quick. */
export const contentLimit = 256 * 1024;
const hexLimit = 512;
/** A line longer than this is cut in the picture. */
const lineLimit = 2000;
const lines = 5000;

/** `bytes` are the first of a file of `size`. */
export function contentOf(bytes: Uint8Array, size: number): FileContent {
  if (size === 0) return { kind: "empty" };
  const text = asText(bytes, bytes.length < size);
  if (text === undefined) {
    const shown = bytes.subarray(0, hexLimit);
    return { kind: "binary", rows: hexRows(shown), left: size - shown.length };
  }
  const all = text.split("\n");
  if (all.at(-1) === "") all.pop();
  const shown = all.slice(0, lines);
  const cut = all.slice(lines).reduce((sum, line) => sum + line.length + 1, 0);
  return {
    kind: "text",
    lines: shown.map((line) => (line.length > lineLimit ? `${line.slice(0, lineLimit)}…` : line)),
    left: size - bytes.length + cut,
  };
}

/** The text, or undefined for what is no UTF-8 text. `isCut`: the last character may be torn. */
export function asText(bytes: Uint8Array, isCut: boolean): string | undefined {
  const end = isCut ? wholeEnd(bytes) : bytes.length;
  const head = bytes.subarray(0, Math.min(end, 8000));
  if (head.includes(0)) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.subarray(0, end));
  } catch {
    return undefined;
  }
}

function wholeEnd(bytes: Uint8Array): number {
  let end = bytes.length;
  // Continuation bytes are 10xxxxxx: go back to where the last character begins.
  for (let back = 0; back < 4 && end > 0; back++) {
    const byte = bytes[end - 1] ?? 0;
    if (byte < 0x80) return end;
    end--;
    if (byte >= 0xc0) return end;
  }
  return end;
}

function hexRows(bytes: Uint8Array): HexRow[] {
  const rows: HexRow[] = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const row = [...bytes.subarray(at, at + 16)];
    rows.push({
      offset: at.toString(16).padStart(8, "0"),
      hex: row.map((byte) => byte.toString(16).padStart(2, "0")).join(" "),
      text: row.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".")).join(""),
    });
  }
  return rows;
}
