import * as v from "valibot";
import { mediaTypes, type Descriptor, type ImageConfig, type Index, type Manifest } from "../spec/oci-image.ts";

/** The JSON documents of the OCI image specification, checked before anything believes them. */

/** Docker's own names of the same documents, found in registries and in old archives. */
export const dockerMediaTypes = {
  index: "application/vnd.docker.distribution.manifest.list.v2+json",
  manifest: "application/vnd.docker.distribution.manifest.v2+json",
  config: "application/vnd.docker.container.image.v1+json",
  layerGzip: "application/vnd.docker.image.rootfs.diff.tar.gzip",
} as const;

const digest = v.pipe(v.string(), v.regex(/^sha256:[0-9a-f]{64}$/, "not a sha256 digest"));
const annotations = v.record(v.string(), v.string());

const platform = v.object({ architecture: v.string(), os: v.string(), variant: v.exactOptional(v.string()) });

const descriptor = v.object({
  mediaType: v.string(),
  digest,
  size: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  platform: v.exactOptional(platform),
  annotations: v.exactOptional(annotations),
});

const index = v.object({
  schemaVersion: v.literal(2),
  mediaType: v.exactOptional(v.picklist([mediaTypes.index, dockerMediaTypes.index])),
  manifests: v.array(descriptor),
  annotations: v.exactOptional(annotations),
});

const manifest = v.object({
  schemaVersion: v.literal(2),
  mediaType: v.exactOptional(v.picklist([mediaTypes.manifest, dockerMediaTypes.manifest])),
  config: descriptor,
  layers: v.array(descriptor),
  annotations: v.exactOptional(annotations),
});

/** Go writes null for an empty list or map; here that is no field, but where the specification tells them apart. */
function orNull<S extends v.GenericSchema>(schema: S) {
  return v.exactOptional(v.nullable(schema));
}
const strings = v.array(v.string());
const set = v.record(v.string(), v.strictObject({}));
const nanoseconds = v.exactOptional(v.pipe(v.number(), v.integer()));

const runConfig = v.looseObject({
  User: v.exactOptional(v.string()),
  ExposedPorts: orNull(set),
  Env: orNull(strings),
  Entrypoint: orNull(v.union([strings, v.string()])),
  Cmd: orNull(v.union([strings, v.string()])),
  Volumes: orNull(set),
  WorkingDir: v.exactOptional(v.string()),
  Labels: orNull(v.record(v.string(), v.string())),
  StopSignal: v.exactOptional(v.string()),
  Shell: orNull(strings),
  OnBuild: orNull(strings),
  Healthcheck: orNull(
    v.looseObject({
      Test: orNull(strings),
      Interval: nanoseconds,
      Timeout: nanoseconds,
      StartPeriod: nanoseconds,
      StartInterval: nanoseconds,
      Retries: nanoseconds,
    }),
  ),
  ArgsEscaped: v.exactOptional(v.boolean()),
});

const config = v.looseObject({
  created: orNull(v.string()),
  author: v.exactOptional(v.string()),
  architecture: v.string(),
  os: v.string(),
  variant: v.exactOptional(v.string()),
  config: orNull(runConfig),
  rootfs: v.object({ type: v.literal("layers"), diff_ids: v.pipe(orEmpty(v.array(digest)), v.readonly()) }),
  history: orNull(
    v.array(
      v.object({
        created: v.exactOptional(v.string()),
        created_by: v.exactOptional(v.string()),
        author: v.exactOptional(v.string()),
        comment: v.exactOptional(v.string()),
        empty_layer: v.exactOptional(v.boolean()),
      }),
    ),
  ),
});

function orEmpty<S extends v.GenericSchema<unknown, unknown[]>>(schema: S) {
  return v.pipe(
    v.nullable(schema),
    v.transform((value): v.InferOutput<S> | never[] => value ?? []),
  );
}

/** A document that is not what it should be. */
export class InvalidDocument extends Error {
  constructor(what: string, reason: string) {
    super(`invalid ${what}: ${reason}`);
    this.name = "InvalidDocument";
  }
}

function parse<S extends v.GenericSchema>(what: string, schema: S, bytes: Uint8Array): v.InferOutput<S> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw new InvalidDocument(what, error instanceof Error ? error.message : String(error));
  }
  const parsed = v.safeParse(schema, value);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new InvalidDocument(what, `${v.getDotPath(issue) ?? "document"}: ${issue.message}`);
}

/** Each of these throws InvalidDocument. */
export function parseIndex(bytes: Uint8Array): Index {
  return parse("image index", index, bytes);
}

export function parseManifest(bytes: Uint8Array): Manifest {
  return parse("image manifest", manifest, bytes);
}

/** An image configuration. Entrypoint and Cmd of old images may be one string; null lists and maps are left out. */
export function parseImageConfig(bytes: Uint8Array): ImageConfig {
  const { config: run, created, history, ...rest } = parse("image configuration", config, bytes);
  return {
    ...rest,
    ...(isSet(created) ? { created } : {}),
    ...(isSet(run) ? { config: normalRunConfig(run) } : {}),
    ...(isSet(history) ? { history } : {}),
  };
}

function isSet<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}

function normalRunConfig(run: v.InferOutput<typeof runConfig>): NonNullable<ImageConfig["config"]> {
  const kept = Object.entries(run).filter(([, value]) => value !== null);
  const lists = kept.map(([key, value]): [string, unknown] =>
    (key === "Entrypoint" || key === "Cmd") && typeof value === "string" ? [key, [value]] : [key, value],
  );
  return Object.fromEntries(lists);
}

export function isIndex({ mediaType }: Descriptor): boolean {
  return mediaType === mediaTypes.index || mediaType === dockerMediaTypes.index;
}

export function isManifest({ mediaType }: Descriptor): boolean {
  return mediaType === mediaTypes.manifest || mediaType === dockerMediaTypes.manifest;
}
