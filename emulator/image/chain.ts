import type { Digest } from "../spec/oci-image.ts";
import { sha256 } from "./digest.ts";

/**
 * OCI ChainIDs of a list of diff ids, base first: the name of each layer together with all below it. The first is the
 * diff id itself, each further one the digest of `chain diff`.
 */
export async function chainIds(diffIds: readonly Digest[]): Promise<Digest[]> {
  const chain: Digest[] = [];
  for (const diffId of diffIds) {
    const below = chain.at(-1);
    chain.push(below === undefined ? diffId : await sha256(new TextEncoder().encode(`${below} ${diffId}`)));
  }
  return chain;
}
