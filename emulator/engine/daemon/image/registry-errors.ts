import { familiarName, familiarString, repositoryName, type Reference } from "../../../image/reference.ts";
import { ImageNotInLayout, imagesOf } from "../../../image/layout.ts";
import type { Index } from "../../../spec/oci-image.ts";
import { messageOf, NotFound, System } from "../../errors.ts";

/** What a registry other than the built-in one answers: nothing, as there is no network outside. */
export function unreachable(domain: string): System {
  const [host = "", port = "443"] = domain.split(/:(?=\d+$)/);
  if (host === "localhost" || host.startsWith("127."))
    return new System(
      `Get "http://${domain}/v2/": dial tcp ${host === "localhost" ? "127.0.0.1" : host}:${port === "443" ? "80" : port}: connect: connection refused`,
    );
  const server = domain === "docker.io" ? "registry-1.docker.io" : domain;
  return new System(
    `Get "https://${server}/v2/": dial tcp: lookup ${host === "docker.io" ? server : host}: no such host`,
  );
}

/** A name that the built-in registry has not, worded as a registry and Docker word it. */
export function notInRegistry(reference: Reference, index: Index): Error {
  const known = imagesOf(index).some((image) => repositoryName(image.reference) === repositoryName(reference));
  if (known)
    return new NotFound(`manifest for ${familiarString(reference)} not found: manifest unknown: manifest unknown`);
  if (reference.domain !== "docker.io") return unreachable(reference.domain);
  return new NotFound(
    `pull access denied for ${familiarName(reference)}, repository does not exist or may require 'docker login': denied: requested access to the resource is denied`,
  );
}

/** The built-in registry itself cannot be read. */
export function registryFault(error: unknown): Error {
  if (error instanceof NotFound || error instanceof System || error instanceof ImageNotInLayout) return error;
  return new System(`Get "https://registry-1.docker.io/v2/": ${messageOf(error)}`, { cause: error });
}
