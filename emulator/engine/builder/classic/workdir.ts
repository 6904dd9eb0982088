import type { WorkdirInstruction } from "../../../dockerfile/instruction.ts";
import { workdirLayer } from "../copy/workdir-layer.ts";
import { normalizeWorkdir } from "../dispatch/workdir.ts";
import type { ClassicBuild, ClassicStage } from "./classic-build.ts";
import { commitStep, nop, useCache } from "./commit.ts";
import { inContainer } from "./metadata.ts";

export async function classicWorkdir(
  build: ClassicBuild,
  stage: ClassicStage,
  instruction: WorkdirInstruction,
): Promise<void> {
  const expand = stage.args.expand(stage.config.Env ?? []);
  const path = normalizeWorkdir(stage.config.WorkingDir ?? "", expand.word(instruction.path));
  stage.config = { ...stage.config, WorkingDir: path };
  const createdBy = nop(stage.config, `WORKDIR ${path}`, false);
  if (useCache(build, stage, createdBy)) return;
  await inContainer(build, stage, async () => {
    const tree = await build.tree(stage.image);
    const now = Math.floor(build.builder.daemon.world.clock.now() / 1000);
    await commitStep(build, stage, createdBy, workdirLayer(path, tree, { uid: 0, gid: 0 }, now)?.tar);
  });
}
