import { sha256 as sha256OfWasm } from "hash-wasm";

/** SHA-256 in lower-case hex. A page that is not a secure context has no WebCrypto: there it is computed in wasm. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const { subtle } = crypto as { readonly subtle?: typeof crypto.subtle };
  if (subtle === undefined) return sha256OfWasm(bytes);
  const digest = new Uint8Array(await subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
