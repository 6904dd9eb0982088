import type { AddInstruction, CopyInstruction } from "../../../dockerfile/instruction.ts";
import { copyKey } from "../copy/copy-key.ts";
import { copyLayer } from "../copy/copy-layer.ts";
import type { CopyRequest } from "../copy/request.ts";
import type { ClassicBuild, ClassicStage } from "./classic-build.ts";
import { commitStep, nop, useCache } from "./commit.ts";

const needsBuildKit = (flag: string): Error =>
  new Error(
    `the --${flag} option requires BuildKit. Refer to https://docs.docker.com/go/buildkit/ to learn how to build images with BuildKit enabled`,
  );

export async function classicCopy(
  build: ClassicBuild,
  stage: ClassicStage,
  instruction: CopyInstruction | AddInstruction,
): Promise<void> {
  const { kind, sources } = instruction;
  if (instruction.chmod !== undefined) throw needsBuildKit("chmod");
  if (instruction.link) throw needsBuildKit("link");
  if (kind === "COPY" && instruction.parents) throw needsBuildKit("parents");
  if (instruction.exclude.length > 0) throw needsBuildKit("exclude");
  const expand = stage.args.expand(stage.config.Env ?? []);
  const from = kind === "COPY" ? instruction.from : undefined;
  const tree = from === undefined ? build.context.tree : await build.tree(await build.source(from));
  const chown = instruction.chown === undefined ? undefined : expand.word(instruction.chown);
  const destination = expand.word(sources.destination);
  const request: CopyRequest = {
    instruction: kind,
    mode: "classic",
    from: from !== undefined,
    sources: sources.paths.map((path) => ({ tree, pattern: expand.word(path), ref: "" })),
    // The classic builder reads heredocs and then knows nothing of them.
    inline: [],
    destination,
    workdir: stage.config.WorkingDir || "/",
    rootfs: () => build.tree(stage.image),
    chown,
    unpack: kind === "ADD" ? "auto" : false,
    timestamp: Math.floor(build.builder.daemon.world.clock.now() / 1000),
  };
  const { sourceHash } = await copyKey(request, { digests: build.digests });
  const owner = chown === undefined ? "" : `--chown=${chown} `;
  const createdBy = nop(stage.config, `${kind} ${owner}${sourceHash} in ${destination} `, false);
  if (useCache(build, stage, createdBy)) return;
  const { tar } = await copyLayer(request);
  await commitStep(build, stage, createdBy, tar);
}
