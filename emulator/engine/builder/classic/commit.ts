import type { RunConfig } from "../../../spec/oci-image.ts";
import type { ContainerBase } from "../../daemon/container/create.ts";
import { rfc3339 } from "../../time.ts";
import type { ClassicBuild, ClassicStage } from "./classic-build.ts";

/** What a container of the stage stands on. */
export function stageBase({ image }: ClassicStage): ContainerBase {
  return { imageId: image?.id ?? "", layers: image?.config.rootfs.diff_ids ?? [], config: undefined };
}

/** The next image of the stage: its configuration, with a layer or without. */
export async function commitStep(
  build: ClassicBuild,
  stage: ClassicStage,
  createdBy: string,
  layer: Uint8Array | undefined,
): Promise<void> {
  const { daemon } = build.builder;
  const image = await daemon.images.create({
    parent: stage.image,
    layer,
    config: stage.config,
    author: stage.author,
    history: {
      created: rfc3339(daemon.world.clock.now()),
      created_by: createdBy,
      ...(stage.author === "" ? {} : { author: stage.author }),
    },
    reference: undefined,
  });
  image.builtClassic = true;
  stage.image = image;
}

/** Takes the image of an earlier build when there is one; says so. */
export function useCache(build: ClassicBuild, stage: ClassicStage, createdBy: string): boolean {
  const found = build.probe.find(stage.image, createdBy, stage.config);
  if (found === undefined) return false;
  build.print(" ---> Using cache\n");
  stage.image = found;
  return true;
}

/** How the history of the classic builder puts a step that runs nothing: two words where `separate`, else one. */
export function nop(config: RunConfig, comment: string, separate: boolean): string {
  const shell = config.Shell !== undefined && config.Shell.length > 0 ? config.Shell : ["/bin/sh", "-c"];
  return [...shell, `#(nop) ${separate ? " " : ""}${comment}`].join(" ");
}
