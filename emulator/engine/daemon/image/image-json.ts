import { familiarString } from "../../../image/reference.ts";
import type { RunConfig } from "../../../spec/oci-image.ts";
import type { ImageRecord } from "../../records.ts";
import { rfc3339 } from "../../time.ts";
import type { Catalog } from "./catalog.ts";

export interface ImageFacts {
  readonly size: number;
  readonly graphDriver: Readonly<Record<string, string>> | null;
}

/** An image as `docker image inspect` shows it, with Docker's fields in Docker's order. */
export function imageJson(image: ImageRecord, catalog: Catalog, facts: ImageFacts): Record<string, unknown> {
  const { config } = image;
  return {
    Id: image.id,
    ...repoNames(image, catalog),
    Parent: image.parentId ?? "",
    Comment: config.history?.at(-1)?.comment ?? "",
    ...(config.created === undefined ? {} : { Created: config.created }),
    DockerVersion: "",
    Author: config.author ?? "",
    Config: config.config === undefined ? null : runConfigJson(config.config),
    Architecture: config.architecture,
    ...(config.variant === undefined ? {} : { Variant: config.variant }),
    Os: config.os,
    Size: facts.size,
    GraphDriver: { Data: facts.graphDriver, Name: "overlay2" },
    RootFS: {
      Type: config.rootfs.type,
      ...(config.rootfs.diff_ids.length === 0 ? {} : { Layers: config.rootfs.diff_ids }),
    },
    Metadata: { LastTagTime: rfc3339(image.lastTagTime) },
  };
}

export function repoNames(image: ImageRecord, catalog: Catalog): { RepoTags: string[]; RepoDigests: string[] } {
  const references = catalog.referencesOf(image);
  return {
    RepoTags: references.filter(({ digest }) => digest === undefined).map(familiarString),
    RepoDigests: references.filter(({ digest }) => digest !== undefined).map(familiarString),
  };
}

/** container.Config as Go writes it: fields that an image does not have are at their zero. */
function runConfigJson(config: RunConfig): Record<string, unknown> {
  return {
    Hostname: "",
    Domainname: "",
    User: config.User ?? "",
    AttachStdin: false,
    AttachStdout: false,
    AttachStderr: false,
    ...(config.ExposedPorts === undefined ? {} : { ExposedPorts: config.ExposedPorts }),
    Tty: false,
    OpenStdin: false,
    StdinOnce: false,
    Env: config.Env ?? null,
    Cmd: config.Cmd ?? null,
    ...(config.Healthcheck === undefined ? {} : { Healthcheck: config.Healthcheck }),
    ...(config.ArgsEscaped === true ? { ArgsEscaped: true } : {}),
    Image: "",
    Volumes: config.Volumes ?? null,
    WorkingDir: config.WorkingDir ?? "",
    Entrypoint: config.Entrypoint ?? null,
    OnBuild: config.OnBuild ?? null,
    Labels: config.Labels ?? null,
    ...(config.StopSignal === undefined ? {} : { StopSignal: config.StopSignal }),
    ...(config.Shell === undefined ? {} : { Shell: config.Shell }),
  };
}

/** Seconds since the epoch; 0 for an image that does not say when it was made. */
export function createdSeconds(image: ImageRecord): number {
  return Math.floor((createdAt(image) ?? 0) / 1000);
}

/** Milliseconds since the epoch. */
export function createdAt(image: ImageRecord): number | undefined {
  const { created } = image.config;
  const at = created === undefined ? NaN : Date.parse(created);
  return Number.isNaN(at) ? undefined : at;
}
