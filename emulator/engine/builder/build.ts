import { DockerfileError, type Dockerfile } from "../../dockerfile/instruction.ts";
import { messageOf as dockerfileMessage } from "../../dockerfile/message.ts";
import { parseDockerfile } from "../../dockerfile/parse.ts";
import { flatten, type FileTree } from "../../image/file-tree.ts";
import { messageOf } from "../errors.ts";
import { BuildCanceled, BuildError } from "./build-error.ts";
import type { Builder, BuildSink } from "./builder.ts";
import { contentKey } from "./context/content-key.ts";
import { ContentDigests } from "./context/content-digests.ts";
import { deliver } from "./deliver.ts";
import { sourceImage } from "./image-source.ts";
import type { Job } from "./job.ts";
import { loadInputs } from "./load.ts";
import { plan } from "./plan.ts";
import { Progress } from "./progress.ts";
import type { OpenRecord } from "./records.ts";
import type { BuildRequest } from "./request.ts";
import { Solver } from "./solver.ts";
import { steps } from "./steps/steps.ts";
import { nameVertexes, opsOf } from "./vertexes.ts";
import { warnings } from "./warnings.ts";

/**
 * `POST /build?version=2`: a Dockerfile as a graph, built as far as the target needs it. Throws BuildError with the place
 * of the reason, or BuildCanceled; then nothing of the build is left in the guest.
 */
export async function build(builder: Builder, request: BuildRequest, sink: BuildSink): Promise<void> {
  const { daemon, records } = builder;
  const { clock } = daemon.world;
  const record = records.open({
    dockerfileName: request.dockerfile,
    tags: request.tags,
    target: request.target === "" ? undefined : request.target,
  });
  const held: (() => void)[] = [];
  const hold = (diffId: string): void => {
    held.push(daemon.images.layers.hold([diffId]));
  };
  try {
    const imageId = await run(builder, { request, sink, record, hold });
    record.end({ state: "completed", imageId }, clock.now());
  } catch (error) {
    if (request.signal.aborted || error instanceof BuildCanceled) {
      record.end({ state: "canceled" }, clock.now());
      throw new BuildCanceled();
    }
    const line = error instanceof BuildError ? error.lines?.start : undefined;
    record.end({ state: "failed", error: { message: messageOf(error), line } }, clock.now());
    throw error;
  } finally {
    for (const release of held) release();
    await builder.cache.trim();
  }
}

interface Run {
  readonly request: BuildRequest;
  readonly sink: BuildSink;
  readonly record: OpenRecord;
  readonly hold: (diffId: string) => void;
}

async function run(builder: Builder, { request, sink, record, hold }: Run): Promise<string | undefined> {
  const { daemon, cache, trees } = builder;
  const { signal } = request;
  const { clock } = daemon.world;
  const progress = new Progress(clock, (status) => {
    sink.status(status);
  });
  const inputs = await loadInputs(request, progress);
  const { context, text } = inputs;
  record.change({ dockerfile: text });
  const dockerfile = parse(text);
  const planned = await plan(dockerfile, {
    request,
    image: (name) => sourceImage(daemon, name, { pull: request.pull, progress, signal }),
  });
  const { ignore } = context;
  progress.warn(warnings({ daemon, text, dockerfile, request, ignore, vertex: inputs.definition }));
  record.planned(dockerfile, planned);
  const { op } = planned.target;
  if (op === undefined) throw new BuildError("dockerfile contains no stages to build", undefined);
  const ops = opsOf(op);
  await nameVertexes(ops);
  inputs.showContext(ops);
  progress.announce(
    ops.flatMap(({ vertex, name, inputs: of }) =>
      name === ""
        ? []
        : [{ digest: vertex, name, inputs: of.filter((each) => each.name !== "").map((each) => each.vertex) }],
    ),
  );
  const digests = new ContentDigests();
  let layer: Promise<{ diffId: string; size: number }> | undefined;
  const job: Job = {
    daemon,
    request,
    context,
    cache,
    progress,
    record,
    trees,
    hold,
    triggers: (stage) => planned.stages[stage]?.commands.filter(({ onbuild }) => onbuild).length ?? 0,
    keyLocks: builder.keyLocks,
    madeHere: new Set(),
    slots: builder.slots,
    mountLocks: builder.mountLocks,
    mountsInUse: builder.mountsInUse,
    digests,
    async contentOf(tree, path) {
      const { digest, files } = await contentKey([{ tree, path }], { digests });
      return { digest, files: Object.fromEntries(files) };
    },
    contextLayer: () => (layer ??= solver.keep(flatten(context.tree))),
    newest: newestInput(request, context.tree, clock.now()),
    signal,
  };
  const solver = new Solver(job, steps);
  const result = await solver.solve(op);
  return deliver(builder, { request, sink, progress, target: planned.target, result });
}

/** Throws BuildError in BuildKit's words. */
function parse(text: string): Dockerfile {
  try {
    return parseDockerfile(text);
  } catch (error) {
    if (!(error instanceof DockerfileError)) throw error;
    throw new BuildError(dockerfileMessage(error), error.lines, undefined, { cause: error });
  }
}

/** Seconds: SOURCE_DATE_EPOCH, else the latest time in the context; now, when there is no context. */
function newestInput({ buildArgs }: BuildRequest, tree: FileTree, now: number): number {
  const epoch = buildArgs["SOURCE_DATE_EPOCH"];
  if (typeof epoch === "string" && /^\d{1,11}$/.test(epoch)) return Number(epoch);
  let newest = 0;
  for (const { node } of tree.walk()) if (node.kind === "file") newest = Math.max(newest, node.mtime);
  return newest > 0 ? newest : Math.floor(now / 1000);
}
