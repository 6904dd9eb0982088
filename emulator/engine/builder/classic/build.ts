import { DockerfileError, type Dockerfile } from "../../../dockerfile/instruction.ts";
import { classicMessageOf } from "../../../dockerfile/message.ts";
import { parseDockerfile } from "../../../dockerfile/parse.ts";
import { canonicalString, familiarString, parseReference, withDefaultTag } from "../../../image/reference.ts";
import { InvalidParameter } from "../../errors.ts";
import type { ProgressMessage } from "../../daemon/image/progress.ts";
import type { Builder } from "../builder.ts";
import { readContext, type BuildContext } from "../context/context.ts";
import type { BuildRequest } from "../request.ts";
import { ClassicBuild } from "./classic-build.ts";

type Emit = (message: ProgressMessage) => void;

/**
 * `POST /build` of the classic builder: one instruction after the other, an image for each. Throws InvalidParameter for a
 * Dockerfile that cannot be read, before anything is built; the result does the build.
 */
export async function prepareClassic(
  builder: Builder,
  request: BuildRequest,
): Promise<(emit: Emit, signal: AbortSignal) => Promise<void>> {
  const references = request.tags.map((tag) => withDefaultTag(parseReference(tag)));
  const context = await readContext(request.context, {
    dockerfile: request.dockerfile,
    ignored: "dockerfile",
    ownIgnoreFile: false,
    signal: request.signal,
  });
  const dockerfile = read(context, request);
  const stages = stagesUpTo(dockerfile, request.target);
  return async (out, signal) => {
    const kept: ProgressMessage[] = [];
    const emit: Emit = request.quiet ? (message) => kept.push(message) : out;
    const build = new ClassicBuild(builder, { ...request, signal }, { ...dockerfile, stages }, context, emit);
    let imageId: string;
    try {
      imageId = await build.run();
    } catch (error) {
      // What was held back is what explains the failure.
      if (request.quiet) kept.forEach(out);
      throw error;
    }
    if (request.quiet) out({ stream: `${imageId}\n` });
    emit({ stream: `Successfully built ${imageId.slice("sha256:".length, "sha256:".length + 12)}\n` });
    for (const reference of references) {
      builder.daemon.images.tag(imageId, reference);
      emit({ stream: `Successfully tagged ${familiarString(parseReference(canonicalString(reference)))}\n` });
    }
  };
}

function read(context: BuildContext, { dockerfile: name }: BuildRequest): Dockerfile {
  const text = context.dockerfile;
  if (text === undefined) throw new InvalidParameter(`Cannot locate specified Dockerfile: ${name}`);
  try {
    return parseDockerfile(text);
  } catch (error) {
    if (!(error instanceof DockerfileError)) throw error;
    throw new InvalidParameter(classicMessageOf(error, name));
  }
}

function stagesUpTo(dockerfile: Dockerfile, target: string): Dockerfile["stages"] {
  if (target === "") return dockerfile.stages;
  const at = dockerfile.stages.findIndex(({ from }) => from.name === target.toLowerCase());
  if (at < 0) throw new InvalidParameter(`target stage ${JSON.stringify(target)} could not be found`);
  return dockerfile.stages.slice(0, at + 1);
}
