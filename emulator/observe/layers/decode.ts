import * as v from "valibot";
import type {
  ContainerBrief,
  EntryKind,
  ImageBrief,
  ImageDocuments,
  ImageFacts,
  LayerEntry,
  LayerListing,
  UpperReading,
} from "./facts.ts";

/** Facts as they come over a wire. Each of these throws MalformedFacts. */

export class MalformedFacts extends Error {
  constructor(what: string, reason: string) {
    super(`${what}: ${reason}`);
    this.name = "MalformedFacts";
  }
}

const digest = v.pipe(v.string(), v.regex(/^sha256:[0-9a-f]{64}$/));
const size = v.pipe(v.number(), v.minValue(0));
const brief = { id: digest, references: v.array(v.string()), diffIds: v.array(digest) };
const container = v.object({ id: v.string(), name: v.string(), imageId: v.string(), running: v.boolean() });

const history = v.object({
  created: v.exactOptional(v.string()),
  created_by: v.exactOptional(v.string()),
  author: v.exactOptional(v.string()),
  comment: v.exactOptional(v.string()),
  empty_layer: v.exactOptional(v.boolean()),
});

const image = v.object({
  ...brief,
  config: v.looseObject({
    architecture: v.string(),
    os: v.string(),
    rootfs: v.object({ type: v.literal("layers"), diff_ids: v.array(digest) }),
    history: v.exactOptional(v.array(history)),
  }),
  layers: v.array(
    v.object({
      diffId: digest,
      chainId: digest,
      digest: v.optional(digest),
      blobSize: v.optional(size),
      size,
      tarSize: size,
    }),
  ),
});

const upper = v.object({
  kind: v.picklist(["file", "directory", "symlink", "character", "block", "fifo", "socket", "whiteout"]),
  mode: v.number(),
  uid: v.number(),
  gid: v.number(),
  size,
  mtime: v.number(),
  target: v.exactOptional(v.string()),
});

const reading = v.object({
  container,
  diffIds: v.array(digest),
  lowerDirs: v.array(v.string()),
  upperDir: v.string(),
  workDir: v.string(),
  mergedDir: v.string(),
  changes: v.array(
    v.object({
      path: v.string(),
      change: v.picklist(["modified", "added", "deleted"]),
      read: v.boolean(),
      upper: v.optional(upper),
    }),
  ),
});

const document = v.object({ digest, text: v.string() });
const documents = v.object({
  origin: v.picklist(["registry", "built"]),
  index: v.string(),
  manifest: document,
  config: document,
});

function parse<S extends v.GenericSchema>(what: string, schema: S, value: unknown): v.InferOutput<S> {
  const parsed = v.safeParse(schema, value);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new MalformedFacts(what, `${v.getDotPath(issue) ?? "value"}: ${issue.message}`);
}

const lists = v.object({ images: v.array(v.object(brief)), containers: v.array(container) });

export function decodeLists(value: unknown): {
  readonly images: readonly ImageBrief[];
  readonly containers: readonly ContainerBrief[];
} {
  return parse("images", lists, value);
}

export function decodeImage(value: unknown): ImageFacts {
  const { layers, ...rest } = parse("image", image, value);
  return { ...rest, layers: layers.map((layer) => ({ digest: undefined, blobSize: undefined, ...layer })) };
}

export function decodeReading(value: unknown): UpperReading {
  const { changes, ...rest } = parse("writable layer", reading, value);
  return { ...rest, changes: changes.map((change) => ({ upper: undefined, ...change })) };
}

export function decodeDocuments(value: unknown): ImageDocuments {
  return parse("documents", documents, value);
}

const kinds = new Set<unknown>(["file", "directory", "symlink", "character", "block", "fifo", "whiteout"]);

/** By hand, as a layer may have a hundred thousand names. */
export function decodeListing(value: unknown): LayerListing {
  if (!isRecord(value) || typeof value["diffId"] !== "string" || !Array.isArray(value["entries"]))
    throw new MalformedFacts("layer", "no list of entries");
  return { diffId: value["diffId"], entries: value["entries"].map(decodeEntry), left: whole(value["left"]) };
}

function decodeEntry(value: unknown): LayerEntry {
  if (!isRecord(value) || typeof value["path"] !== "string" || !kinds.has(value["kind"]))
    throw new MalformedFacts("layer", "an entry without path or kind");
  const { path, kind, target, opaque } = value;
  return {
    path,
    kind: kind as EntryKind,
    mode: whole(value["mode"]),
    uid: whole(value["uid"]),
    gid: whole(value["gid"]),
    size: whole(value["size"]),
    mtime: typeof value["mtime"] === "number" ? value["mtime"] : 0,
    node: whole(value["node"]),
    ...(typeof target === "string" ? { target } : {}),
    ...(opaque === true ? { opaque: true as const } : {}),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function whole(value: unknown): number {
  if (typeof value !== "number" || !Number.isFinite(value) || value < 0)
    throw new MalformedFacts("layer", "a number that is none");
  return value;
}
