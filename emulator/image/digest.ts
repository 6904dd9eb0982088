import { createSHA256 } from "hash-wasm";
import type { Digest } from "../spec/oci-image.ts";

/** `sha256:` and 64 hex digits: the only algorithm that is written or accepted here. */
const pattern = /^sha256:[0-9a-f]{64}$/;

export function isDigest(text: string): boolean {
  return pattern.test(text);
}

/** The 64 hex digits. */
export function digestHex(digest: Digest): string {
  if (!isDigest(digest)) throw new Error(`invalid digest ${JSON.stringify(digest)}`);
  return digest.slice("sha256:".length);
}

/** Of bytes that are all there. */
export async function sha256(bytes: Uint8Array): Promise<Digest> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>));
  let hex = "";
  for (const byte of hash) hex += byte.toString(16).padStart(2, "0");
  return `sha256:${hex}`;
}

/** A digest that grows with the bytes. */
export interface Digester {
  update(bytes: Uint8Array): void;
  digest(): Digest;
}

export async function createDigester(): Promise<Digester> {
  const hasher = await createSHA256();
  hasher.init();
  return {
    update(bytes) {
      hasher.update(bytes);
    },
    digest: () => `sha256:${hasher.digest("hex")}`,
  };
}

/** Digests of many small pieces, each at once: what `sha256` costs is mostly the trip, here it is every byte. */
export async function createSmallDigest(): Promise<(bytes: Uint8Array) => Digest> {
  const hasher = await createSHA256();
  return (bytes) => `sha256:${hasher.init().update(bytes).digest("hex")}`;
}

/** Content that is not what its name says. */
export class DigestMismatch extends Error {
  constructor(
    readonly expected: Digest,
    readonly actual: Digest,
  ) {
    super(`failed commit: unexpected commit digest ${actual}, expected ${expected}: failed precondition`);
    this.name = "DigestMismatch";
  }
}

/** Rejects with DigestMismatch. */
export async function verify(expected: Digest, bytes: Uint8Array): Promise<void> {
  const actual = await sha256(bytes);
  if (actual !== expected) throw new DigestMismatch(expected, actual);
}
