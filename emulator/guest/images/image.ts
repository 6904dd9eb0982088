import type { RunConfig } from "../../spec/oci-image.ts";

/** An image of the registry, as its folder describes it. */
export interface ImageDefinition {
  /** Repository under `docker.io/library/`. */
  readonly repository: string;
  /** `{version}` stands for the upstream version, `{minor}` and `{major}` for its beginnings. */
  readonly tags: readonly string[];
  /** Package in packages.lock that the version comes from; undefined for what is the project's own. */
  readonly versionOf:
    | { readonly kind: "i386" | "all" | "source"; readonly name: string; readonly read?: (version: string) => string }
    | undefined;
  readonly title: string;
  readonly description: string;
  /** SPDX. */
  readonly licences: string;
  /** Folders of `images/`, base first. */
  readonly layers: readonly string[];
  readonly config: RunConfig;
  /** Steps that made no layer, in Dockerfile words, for `docker history`; the layers' steps come before them. */
  readonly instructions: readonly string[];
  /** False: the config holds only what a bare `docker import` would; labels go to the manifest's annotations alone. */
  readonly labelled?: boolean;
}

export const PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
