import { readTar } from "../../../image/tar/read.ts";

const magics: readonly (readonly [format: string, bytes: readonly number[]])[] = [
  ["bzip2", [0x42, 0x5a, 0x68]],
  ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
];

/** A compression that Docker reads and this machine does not: its name. */
export function unreadableFormat(bytes: Uint8Array): string | undefined {
  return magics.find(([, magic]) => magic.every((byte, i) => bytes[i] === byte))?.[0];
}

/** Whether bytes begin as a tar does: with the header of an entry. */
export function isTar(bytes: Uint8Array): boolean {
  try {
    return readTar(bytes).next().done !== true;
  } catch {
    return false;
  }
}
