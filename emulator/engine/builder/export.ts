import { encodeConfig } from "../../image/mutate.ts";
import { canonicalString, familiarString, parseReference, withDefaultTag } from "../../image/reference.ts";
import type { History, ImageConfig } from "../../spec/oci-image.ts";
import type { Daemon } from "../daemon/daemon.ts";
import { registerImage, tagImage } from "../daemon/image/register.ts";
import type { ImageRecord } from "../records.ts";
import { rfc3339 } from "../time.ts";
import type { Result } from "./solver.ts";
import type { StageState } from "./stage.ts";
import { platform } from "./variables.ts";

/** The stage's configuration over its layers. `epoch` (SOURCE_DATE_EPOCH, seconds) stands for every time when given. */
export function imageConfig(stage: StageState, result: Result, now: number, epoch: number | undefined): ImageConfig {
  const history = withTimes(stage, result, now, epoch);
  const created = history.at(-1)?.created;
  return {
    ...(created === undefined ? {} : { created }),
    ...(stage.author === undefined ? {} : { author: stage.author }),
    architecture: platform.architecture,
    os: platform.os,
    config: stage.config,
    rootfs: { type: "layers", diff_ids: [...result.layers] },
    history,
  };
}

/**
 * Every entry of the history has a time: that of its layer, or of the layer before it; what comes before the first new
 * layer has that one's. So an image that came from the cache as a whole is the same image again.
 */
function withTimes(stage: StageState, result: Result, now: number, epoch: number | undefined): History[] {
  const inherited = stage.history.slice(0, stage.inherited) as History[];
  const fresh = stage.history.slice(stage.inherited);
  let layer = result.layers.length - fresh.filter(({ empty_layer: empty }) => empty !== true).length;
  const times = fresh.map(({ empty_layer: empty }) => (empty === true ? undefined : result.createdAt[layer++]));
  const base = inherited.findLast(({ created }) => created !== undefined)?.created;
  const first = times.find((time) => time !== undefined);
  let current =
    epoch !== undefined ? rfc3339(epoch * 1000) : first !== undefined ? rfc3339(first) : (base ?? rfc3339(now));
  return [
    ...inherited,
    ...fresh.map((entry, i) => {
      const time = times[i];
      if (time !== undefined && epoch === undefined) current = rfc3339(time);
      return { created: current, ...entry };
    }),
  ];
}

/** Makes the image known under its names. Throws InvalidParameter for a name that is none. */
export async function exportImage(
  daemon: Daemon,
  config: ImageConfig,
  tags: readonly string[],
  tell: (line: string) => void,
): Promise<ImageRecord> {
  const references = tags.map((tag) => withDefaultTag(parseReference(tag)));
  const { id, bytes } = await encodeConfig(config);
  tell(`writing image ${id}`);
  const image = await registerImage(daemon, { id, config, configBytes: bytes });
  for (const reference of references) {
    tell(`naming to ${canonicalString(reference)}`);
    tagImage(daemon, reference, image, familiarString(reference));
  }
  return image;
}
