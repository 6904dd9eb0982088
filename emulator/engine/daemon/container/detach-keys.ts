import { InvalidParameter } from "../../errors.ts";

const names: Readonly<Record<string, number>> = { "@": 0, "[": 27, "\\": 28, "]": 29, "^": 30, _: 31 };

/** `ctrl-p,ctrl-q` as bytes. Throws InvalidParameter. */
export function parseDetachKeys(text: string): Uint8Array {
  const keys = text === "" ? "ctrl-p,ctrl-q" : text;
  return Uint8Array.from(
    keys.split(",").map((key) => {
      const code = keyCode(key);
      if (code === undefined) throw new InvalidParameter(`Invalid escape keys (${keys}) provided`);
      return code;
    }),
  );
}

function keyCode(key: string): number | undefined {
  if (key.length === 1) return key.charCodeAt(0) < 128 ? key.charCodeAt(0) : undefined;
  const match = /^ctrl-(.)$/i.exec(key);
  const letter = match?.[1] ?? "";
  if (/^[a-z]$/i.test(letter)) return letter.toLowerCase().charCodeAt(0) - 96;
  return names[letter];
}

/**
 * Passes input on until the keys have come one after the other. Bytes that might be their beginning are held back; `push`
 * gives what may pass, and says whether the sequence is complete.
 */
export class DetachFilter {
  readonly #keys: Uint8Array;
  #matched = 0;

  constructor(keys: Uint8Array) {
    this.#keys = keys;
  }

  push(bytes: Uint8Array): { readonly pass: Uint8Array; readonly detached: boolean } {
    const pass: number[] = [];
    for (const byte of bytes) {
      if (byte === this.#keys[this.#matched]) {
        this.#matched++;
        if (this.#matched === this.#keys.length) return { pass: Uint8Array.from(pass), detached: true };
        continue;
      }
      pass.push(...this.#keys.subarray(0, this.#matched));
      this.#matched = byte === this.#keys[0] ? 1 : 0;
      if (this.#matched === 0) pass.push(byte);
    }
    return { pass: Uint8Array.from(pass), detached: false };
  }
}
