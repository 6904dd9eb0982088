import { flatten } from "../../image/file-tree.ts";
import { sha256 } from "../../image/digest.ts";
import { BuildError } from "./build-error.ts";
import type { Builder, BuildSink } from "./builder.ts";
import { exportImage, imageConfig } from "./export.ts";
import { identity } from "./identity.ts";
import type { Progress } from "./progress.ts";
import type { BuildRequest } from "./request.ts";
import { keyOf, type Result } from "./solver.ts";
import type { StageState } from "./stage.ts";

/** A layer more than overlayfs takes, as dockerd puts it. */
const maximumLayers = 125;

interface Delivery {
  readonly request: BuildRequest;
  readonly sink: BuildSink;
  readonly progress: Progress;
  readonly target: StageState;
  readonly result: Result;
}

/** Gives the result in the forms that were asked for; an image when nothing was. The image's id, if there is one. */
export async function deliver(builder: Builder, delivery: Delivery): Promise<string | undefined> {
  const { request } = delivery;
  if (delivery.result.layers.length > maximumLayers) throw new BuildError("max depth exceeded", undefined);
  const outputs = request.outputs.length === 0 ? [{ type: "image" as const, attributes: {} }] : request.outputs;
  let image: string | undefined;
  for (const output of outputs) {
    const { attributes } = output;
    switch (output.type) {
      case "image":
      case "docker": {
        const name = attributes["name"];
        image = await deliverImage(builder, delivery, name === undefined ? [] : name.split(","));
        break;
      }
      case "local":
      case "tar":
        await deliverFiles(builder, delivery, output.type);
        break;
      case "cacheonly":
        break;
      case "oci":
        throw new BuildError("OCI exporter is not supported for the docker driver", undefined);
      default:
        output.type satisfies never;
    }
  }
  return image;
}

async function deliverImage(
  builder: Builder,
  { request, sink, progress, target, result }: Delivery,
  names: readonly string[],
): Promise<string> {
  const { daemon, cache } = builder;
  const running = progress.begin({ digest: await vertex("exporting to image"), name: "exporting to image" });
  let open: string | undefined;
  const tell = (line: string): void => {
    if (open !== undefined) running.status(open, { done: true });
    open = line;
    running.status(line);
  };
  try {
    tell("exporting layers");
    const epoch = request.buildArgs["SOURCE_DATE_EPOCH"];
    const seconds = typeof epoch === "string" && /^\d{1,11}$/.test(epoch) ? Number(epoch) : undefined;
    // What has no new layer takes its time from when it was first built, so that it is the same image again.
    const key = await keyOf(["configuration", result.key, target.config, target.author ?? "", target.history]);
    const known = cache.find(key) ?? cache.add({ key, kind: "source.image", description: "", size: 0, place: key });
    const config = imageConfig(target, result, known.createdAt, seconds);
    const image = await exportImage(daemon, config, [...request.tags, ...names], tell);
    if (open !== undefined) running.status(open, { done: true });
    running.end();
    sink.image(image.id);
    return image.id;
  } catch (error) {
    running.end({ error: error instanceof Error ? error.message : String(error) });
    throw error;
  }
}

/** The root file system as a tar, which the client fetches by its token. */
async function deliverFiles(
  builder: Builder,
  { sink, progress, result }: Delivery,
  type: "local" | "tar",
): Promise<void> {
  const name = type === "tar" ? "exporting to client tarball" : "exporting to client directory";
  const running = progress.begin({ digest: await vertex(name), name });
  const tar = flatten(await builder.trees.of(result.layers));
  running.status(type === "tar" ? "sending tarball" : "copying files", { current: tar.length, done: true });
  const token = identity(builder.daemon.world.random);
  builder.outputs.set(token, tar);
  running.end();
  sink.output(token);
}

function vertex(name: string): Promise<string> {
  return sha256(new TextEncoder().encode(name));
}
